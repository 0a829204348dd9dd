import { describe, expect, it } from 'vitest'
import { loadServerConfig, loadUserConfig } from './load-config.ts'

const known = [{ id: 'codex', available: true }, { id: 'pi', available: true }]
const user = (content: string) => loadUserConfig({ path: 'config.yaml', content }, known)
const server = (content: string | Uint8Array) => loadServerConfig({ path: 'server.yaml', content })
const problems = (result: ReturnType<typeof user> | ReturnType<typeof server>) => (result.ok ? [] : result.problems.map(({ line, column, message, hint }) => `${line}:${column} ${message}${hint === undefined ? '' : ` | ${hint}`}`))

describe('the user configuration', () => {
  it('reads every field', () => {
    const text = 'default_harness: codex\ndefault_agent: hello\nmodel: gpt-5.5\neffort: high\ntheme: dark\nacp:\n  mine: {command: [mine, --acp]}\nharnesses:\n  codex: {path: /opt/codex, env: {A: b}, base_url: "https://gateway.example/v1", api_key_env: GATEWAY_KEY}\n'
    expect(user(text)).toEqual({
      ok: true,
      config: {
        default_harness: 'codex', default_agent: 'hello', model: 'gpt-5.5', effort: 'high', theme: 'dark', acp: { mine: { command: ['mine', '--acp'], gate: 'changes' } },
        harnesses: { codex: { path: '/opt/codex', env: { A: 'b' }, base_url: 'https://gateway.example/v1', api_key_env: 'GATEWAY_KEY' } },
        secrets: {},
      },
    })
  })

  it.each(['', '\n', '# nothing yet\n\n  # still nothing\n', '{}'])('of %j is the defaults', (text) => {
    expect(user(text)).toEqual({ ok: true, config: { acp: {}, harnesses: {}, secrets: {} } })
  })

  it('gives every problem with its place', () => {
    expect(problems(user('defualt_harness: codex\ndefault_harness: codx\ntheme: drak\nharnesses:\n  pii: {path: bin/pi, env: {A: 1}}\nsandbox: {defualt: off, ceiling: {profile: wide}}\n'))).toEqual([
      '1:1 unknown key "defualt_harness" | known keys: default_harness, default_agent, model, effort, theme, acp, harnesses, sandbox, secrets',
      '2:18 there is no harness "codx" | did you mean "codex"?',
      '3:8 theme must be auto, light or dark, not "drak" | did you mean "dark"?',
      '5:3 there is no harness "pii" | did you mean "pi"?',
      '5:15 harnesses.pii.path must be an absolute path',
      '5:32 harnesses.pii.env.A must be text, not a number | put it in quotes: "1"',
      '6:11 unknown key "defualt" in sandbox | did you mean "default"?',
      '6:44 sandbox.ceiling.profile must be read-only, workspace, open or off, not "wide"',
    ])
  })
})

describe('the server configuration', () => {
  it('reads every field', () => {
    const text = 'port: 7000\nbind: 0.0.0.0\nhosts: [omni.example.org, "box:7000"]\nallowed_origins: ["https://omni.example.org", "http://localhost:5173"]\nlog_level: debug\nretention: {days: 30, blobs: 7}\n'
    expect(server(text)).toMatchObject({ ok: true, config: { port: 7_000, bind: '0.0.0.0', hosts: ['omni.example.org', 'box:7000'], log_level: 'debug', retention: { days: 30, blobs: 7 } } })
  })

  it('gives every problem with its place', () => {
    expect(problems(server('port: 70000\nbind: "a b"\nallowed_origins: ["https://a.example/path", "*"]\nlog_level: verbose\nretention: {days: yes, blob: 1}\nhost: x\npolicies: [{type: gti}]\n'))).toEqual([
      '1:7 port must be at most 65535',
      '2:7 bind must be an address or host name to listen on',
      '3:19 allowed_origins[0] must be an origin such as https://omni.example.org, without a path',
      '3:45 allowed_origins[1] must be an origin such as https://omni.example.org, without a path',
      '4:12 log_level must be fatal, error, warn, info, debug or trace, not "verbose"',
      '5:19 retention.days must be a number, not text',
      '5:24 unknown key "blob" in retention | did you mean "blobs"?',
      '6:1 unknown key "host" | did you mean "hosts"?',
      '7:19 there is no policy type "gti" | did you mean "git"?',
    ])
  })

  it('is YAML as strict as agent files', () => {
    expect(problems(server('port: 1\nport: 2\n'))).toEqual(['2:1 the key "port" stands here a second time | the first is on line 1'])
    expect(problems(server('port: &a 1\n'))).toHaveLength(1)
    expect(problems(server('- port\n'))).toEqual(['1:1 a configuration file is a map of "key: value" lines; this is a list'])
    expect(problems(server(new Uint8Array([0xff, 0xfe, 0x70, 0])))).toHaveLength(1)
  })
})
