import { expect, it } from 'vitest'
import { readLine } from '../../../../test/policy/read-line.ts'

const packages = (line: string) => readLine({ line, files: { 'package.json': '{"scripts": {}}' } }).actions.flatMap((action) => (action.kind === 'package.install' ? [`${action.manager}:${action.names.join(',')}${action.scripts === false ? ' without scripts' : ''}`] : action.kind === 'package.publish' ? [`publish ${action.manager}`] : []))

it.each([
  ['npm install', 'npm:'], ['npm ci', 'npm:'], ['npm i -D a b@1', 'npm:a,b@1'], ['npm --prefix web add a', 'npm:a'], ['npm install --ignore-scripts a', 'npm:a without scripts'], ['pnpm add -w a', 'pnpm:'], ['yarn', 'yarn:'], ['yarn add a', 'yarn:a'], ['yarn global add a', 'yarn:a'], ['bun i', 'bun:'], ['bun add a', 'bun:a'], ['pnpm dlx a@2', 'pnpm:a@2'], ['npx -y a', 'npm:a'], ['bunx a', 'bun:a'], ['npm create vite', 'npm:create-vite'],
  ['pip install -U a', 'pip:a'], ['pip3.12 install -r r.txt', 'pip:'], ['python3 -m pip install a', 'pip:a'], ['pip install -e .', 'pip:.'], ['pipx install a', 'pipx:a'], ['uv add a', 'uv:a'], ['uv pip install a', 'uv:a'], ['uvx a', 'uv:a'], ['poetry add a', 'poetry:a'], ['cargo install a', 'cargo:a'], ['cargo add a --features b', 'cargo:a'], ['go get a/b@v1', 'go:a/b@v1'], ['gem install a -v 1', 'gem:a'], ['bundle', 'bundle:'], ['composer require a/b', 'composer:a/b'],
  ['apt-get install -y a b', 'apt-get:a,b'], ['sudo apt install a', 'apt:a'], ['apk add --no-cache a', 'apk:a'], ['brew install a', 'brew:a'], ['dnf -y install a', 'dnf:a'], ['conda install -n env a', 'conda:a'], ['env A=1 npm i a', 'npm:a'], ['npm i "$x"', 'npm:'],
  ['npm publish', 'publish npm'], ['pnpm publish -r', 'publish pnpm'], ['yarn npm publish', 'publish yarn'], ['cargo publish', 'publish cargo'], ['twine upload dist/*', 'publish twine'], ['python -m twine upload x', 'publish twine'], ['gem push a.gem', 'publish gem'], ['docker push a/b', 'publish docker'], ['docker buildx build --push .', 'publish docker'], ['poetry publish', 'publish poetry'], ['uv publish', 'publish uv'], ['npx semantic-release', 'publish semantic-release'],
] as const)('%s', (line, expected) => {
  expect(packages(line)).toEqual([expected])
})

it.each(['npm ls', 'npm run', 'npm publish --dry-run', 'cargo build', 'cargo publish --dry-run', 'go install ./...', 'go build ./...', 'pip list', 'pip freeze', 'docker build .', 'docker pull a', 'apt list', 'brew list', 'yarn --version', 'npm uninstall a'])('%s neither installs nor publishes', (line) => {
  expect(packages(line)).toEqual([])
})

it.each([
  'uv run git push', 'uv run --with a --python 3.13 git push', 'uv run --link-mode copy git push', 'uv run --no-group dev git push', 'poetry run git push', 'poetry -C sub run git push', 'pdm run git push', 'pipenv run git push', 'hatch -e x run git push', 'conda run -n env --cwd sub git push', 'bundle exec git push', 'composer exec git push', 'stack exec -- git push', 'asdf exec git push',
  'mise exec -- git push', 'mise x node@22 -- git push', 'mise exec -C sub node@22 -- git push', "mise x -c 'git push'", "mise exec --command='git push'", 'opam exec -- git push', 'opam exec --switch 5.2 -- git push',
])('%s starts the program that it names', (line) => {
  expect(readLine({ line }).actions.filter(({ kind }) => kind === 'git.push')).toHaveLength(1)
})
