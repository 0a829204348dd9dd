import { describe, expect, it } from 'vitest'
import { readLine, reasonsOf } from '../../../../test/policy/read-line.ts'

/** What a line does besides its commands, and those that it starts. */
const effects = (line: string) => readLine({ line }).actions.slice(1).map((action) => (action.kind === 'exec' ? action.command : action.kind === 'net.request' ? `${action.method ?? '-'} ${action.host}` : action.kind === 'package.publish' ? `publish ${action.manager} ${action.name ?? '?'}` : action.kind))

describe('containers', () => {
  it.each([
    ['docker exec web npm publish', ['npm publish', 'publish npm ?']], ['docker exec -it -e A=b web npm publish', ['npm publish', 'publish npm ?']], ['docker exec web', []], ['podman run --rm -v a:b image npm publish', ['npm publish', 'publish npm ?']], ['docker run image', []], ['docker create image npm publish', ['npm publish', 'publish npm ?']],
    ['docker run --entrypoint npm image publish', ['npm publish', 'publish npm ?']], ['docker run --entrypoint "" image npm publish', ['npm publish', 'publish npm ?']], ['docker compose -f a.yml exec web npm publish', ['npm publish', 'publish npm ?']], ['docker-compose run web npm publish', ['npm publish', 'publish npm ?']],
    ['docker push acme/app', ['publish docker acme/app']], ['docker push', ['publish docker ?']], ['docker image push -q acme/app', ['publish docker acme/app']], ['docker buildx build --push .', ['publish docker ?']], ['docker build --output type=registry .', ['publish docker ?']], ['docker build -o push=true .', ['publish docker ?']], ['docker build .', []], ['docker bake --push', ['publish docker ?']],
    ['docker pull a', ['GET unknown']], ['docker search a', ['GET unknown']], ['docker login', ['POST unknown']], ['docker ps', []], ['docker', []], ['docker --context x ps', []],
  ])('%s', (line, expected) => {
    expect(effects(line)).toEqual(expected)
    expect(reasonsOf(readLine({ line }))).toEqual([])
  })
  it.each(['docker $x', 'docker exec $x ls', 'docker run $x ls'])('%s is doubted', (line) => {
    expect(reasonsOf(readLine({ line }))).not.toEqual([])
  })
})

describe('clusters', () => {
  it.each([
    ['kubectl get pods', ['GET unknown']], ['kubectl logs x', ['GET unknown']], ['kubectl -n a describe x', ['GET unknown']], ['kubectl apply -f x', ['POST unknown']], ['oc delete x', ['POST unknown']], ['kubectl getx', ['POST unknown']], ['kubectl', ['- unknown']], ['kubectl config view', []], ['kubectl version', []],
    ['kubectl exec pod -- npm publish', ['POST unknown', 'npm publish', 'publish npm ?']], ['kubectl exec pod npm publish', ['POST unknown', 'npm publish', 'publish npm ?']], ['kubectl exec pod -c main npm publish', ['POST unknown', 'npm publish', 'publish npm ?']], ['kubectl run x --image a -- npm publish', ['POST unknown', 'npm publish', 'publish npm ?']], ['kubectl run x --image a', ['POST unknown']], ['kubectl exec pod', ['POST unknown']], ['kubectl debug x -- npm publish', ['POST unknown', 'npm publish', 'publish npm ?']], ['kubectl delete x -- npm publish', ['POST unknown']],
  ])('%s', (line, expected) => {
    expect(effects(line)).toEqual(expected)
  })
})

describe('publishers of images', () => {
  it.each([['skopeo copy a b', ['publish skopeo ?']], ['crane push a b', ['publish crane ?']], ['oras cp a b', ['publish oras ?']], ['buildah push a', ['publish buildah ?']], ['skopeo inspect a', []], ['crane ls a', []]])('%s', (line, expected) => {
    expect(effects(line)).toEqual(expected)
  })
})

describe('shells and boxes with a line of their own', () => {
  it.each([
    ["nix-shell --run 'npm publish'", ['npm publish', 'publish npm ?']], ["nix-shell -p nodejs --command 'npm publish'", ['npm publish', 'publish npm ?']], ["vagrant ssh -c 'npm publish'", ['npm publish', 'publish npm ?']], ['vagrant up', []],
    ['bwrap --ro-bind / / -- npm publish', ['npm publish', 'publish npm ?']], ['firejail --net=none npm publish', ['npm publish', 'publish npm ?']], ['firejail -- npm publish', ['npm publish', 'publish npm ?']], ['bwrap --version', []],
  ])('%s', (line, expected) => {
    expect(effects(line)).toEqual(expected)
  })
  it.each(['nix-shell', 'nix-shell --run "$x"', 'vagrant ssh', 'vagrant ssh -c "$x"', 'bwrap --ro-bind / / npm publish'])('%s is doubted', (line) => {
    expect(reasonsOf(readLine({ line }))).not.toEqual([])
  })
})
