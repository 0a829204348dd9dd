import type { SecretScheme } from './secrets.ts'

/** What a well-known service wants, so that a person need not look it up. What a definition says itself wins. */
export interface SecretPreset {
  readonly hosts: readonly string[]
  readonly env: readonly string[]
  readonly scheme: SecretScheme
  readonly user?: string
  /** Hosts that take another scheme than the preset's. */
  readonly others?: Readonly<Record<string, SecretScheme>>
}

export const presetNames = ['github', 'gitlab', 'npm', 'bearer', 'basic'] as const
export type PresetName = (typeof presetNames)[number]

export const secretPresets: Readonly<Record<PresetName, SecretPreset>> = {
  /**
   * Git takes Basic only, under a name that does not matter for a person's token; the REST API and its host for uploads take Bearer. Release
   * files and large objects come from other hosts, by signed addresses that need no secret and bear none.
   * @see https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/authenticating-as-a-github-app-installation
   * @see https://docs.github.com/en/rest/authentication/authenticating-to-the-rest-api
   * @see https://cli.github.com/manual/gh_help_environment
   */
  github: {
    hosts: ['github.com', 'api.github.com', 'uploads.github.com', 'codeload.github.com', 'raw.githubusercontent.com'],
    env: ['GITHUB_TOKEN', 'GH_TOKEN'], scheme: 'basic', user: 'x-access-token',
    others: { 'api.github.com': 'bearer', 'uploads.github.com': 'bearer', 'raw.githubusercontent.com': 'bearer' },
  },
  /**
   * One host for both: git takes Basic only (any name for a personal token, `oauth2` for one of OAuth); clients of the API send what is in their variable.
   * @see https://docs.gitlab.com/user/profile/personal_access_tokens/
   * @see https://docs.gitlab.com/api/oauth2/#access-git-over-https-with-access-token
   */
  gitlab: { hosts: ['gitlab.com'], env: ['GITLAB_TOKEN'], scheme: 'basic', user: 'oauth2' },
  /** @see https://docs.npmjs.com/using-private-packages-in-a-ci-cd-workflow */
  npm: { hosts: ['registry.npmjs.org'], env: ['NPM_TOKEN'], scheme: 'bearer' },
  bearer: { hosts: [], env: [], scheme: 'bearer' },
  basic: { hosts: [], env: [], scheme: 'basic' },
}
