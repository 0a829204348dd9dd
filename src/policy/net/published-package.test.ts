import { describe, expect, it } from 'vitest'
import { isOwnRegistry, publishedPackage, publishesTo } from './published-package.ts'

const text = (line: string) => {
  const [method = '', host = '', path = ''] = /^(\w+) ([^/]+)(\/.*)$/.exec(line)?.slice(1) ?? []
  const found = publishedPackage({ method, host, path })
  return found === undefined ? undefined : `${found.manager} ${found.name ?? '?'}`
}

describe('publishes', () => {
  it.each([
    ['PUT registry.npmjs.org/left-pad', 'npm left-pad'], ['PUT registry.npmjs.org/@acme/app', 'npm @acme/app'], ['PUT npm.pkg.github.com/@acme/app', 'npm @acme/app'],
    ['PUT npm.acme.org/@acme/app', 'npm @acme/app'], ['PUT acme.jfrog.io/api/npm/local/@acme/app', 'npm @acme/app'], ['PUT gitlab.com/api/v4/projects/7/packages/npm/app', 'npm app'],
    ['POST upload.pypi.org/legacy/', 'pypi ?'], ['POST test.pypi.org/legacy/', 'pypi ?'], ['PUT crates.io/api/v1/crates/new', 'cargo ?'], ['PUT cargo.acme.org/api/v1/crates/new', 'cargo ?'],
    ['POST rubygems.org/api/v1/gems', 'gem ?'], ['PUT www.nuget.org/api/v2/package/', 'nuget ?'], ['POST hex.pm/api/publish', 'hex ?'], ['POST hex.pm/api/packages/jason/releases', 'hex jason'],
    ['PUT ghcr.io/v2/acme/app/manifests/1.2', 'docker ghcr.io/acme/app:1.2'], ['PUT registry-1.docker.io/v2/acme/app/manifests/latest', 'docker acme/app:latest'], ['PUT ghcr.io/v2/acme/app/manifests/sha256:ab', 'docker ghcr.io/acme/app@sha256:ab'],
    ['POST central.sonatype.com/api/v1/publisher/upload', 'maven ?'], ['POST api.jsr.io/scopes/acme/packages/app/versions/1.0.0', 'jsr @acme/app'],
  ])('%s', (line, expected) => {
    expect(text(line)).toBe(expected)
  })
})

it.each([
  'GET registry.npmjs.org/left-pad', 'POST registry.npmjs.org/left-pad', 'PUT registry.npmjs.org/-/package/left-pad/dist-tags/latest', 'PUT registry.npmjs.org/left-pad/-rev/1', 'DELETE registry.npmjs.org/left-pad/-rev/1', 'PUT example.org/left-pad', 
  'POST pypi.org/legacy/', 'POST upload.pypi.org/simple/', 'POST crates.io/api/v1/crates/new', 'DELETE crates.io/api/v1/crates/x/1.0.0/yank', 'POST evil.org/api/v1/gems', 'PATCH ghcr.io/v2/acme/app/blobs/uploads/1', 'GET ghcr.io/v2/acme/app/manifests/1.2',
])('%s publishes nothing', (line) => {
  expect(text(line)).toBeUndefined()
})

it('knows which programs publish to which registries, and which registry is a program’s own', () => {
  expect([publishesTo('pnpm', 'npm'), publishesTo('npm', 'npm'), publishesTo('twine', 'pypi'), publishesTo('cargo', 'npm'), publishesTo('npm', 'constructor')]).toEqual([true, true, true, false, false])
  expect([isOwnRegistry('npm', 'registry.npmjs.org'), isOwnRegistry('npm', 'npm.acme.org'), isOwnRegistry('pypi', 'test.pypi.org'), isOwnRegistry('toString', 'x')]).toEqual([true, false, false, false])
})
