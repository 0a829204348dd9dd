import { join } from 'node:path'
import type { HarnessAdapter } from '../spec/ports/harness.ts'
import { loginPath } from '../spec/ports/vendor-login.ts'

/** Under a person's home folder: keys, tokens, logins, browsers. */
const inHome = [
  '.ssh', '.aws', '.azure', '.config/gcloud', '.config/gh', '.config/hub', '.config/glab-cli', '.kube', '.docker/config.json', '.gnupg', '.netrc', '.npmrc', '.yarnrc.yml', '.pypirc', '.git-credentials', '.config/git/credentials',
  '.password-store', '.local/share/keyrings', '.local/share/kwalletd', '.mozilla', '.config/google-chrome', '.config/chromium', '.config/BraveSoftware', '.config/microsoft-edge', '.cargo/credentials', '.cargo/credentials.toml',
  '.terraform.d/credentials.tfrc.json', '.config/op', '.vault-token', '.bash_history', '.zsh_history', '.local/share/fish/fish_history', '.node_repl_history', '.python_history', '.psql_history', '.pgpass', '.my.cnf',
]
/** There on macOS alone. */
const inLibrary = [
  'Keychains', 'Cookies', 'Safari', 'Mail', 'Messages', 'Calendars', 'HomeKit', 'IdentityServices', 'Containers/com.apple.Safari', 'Containers/com.apple.mail', 'Containers/com.apple.Notes', 'Group Containers/group.com.apple.notes',
  ...['Google/Chrome', 'Chromium', 'BraveSoftware', 'Microsoft Edge', 'Firefox', 'Arc', 'Vivaldi', 'com.operasoftware.Opera', 'AddressBook', '1Password', 'Bitwarden', 'com.apple.TCC', 'MobileSync'].map((name) => `Application Support/${name}`),
].map((path) => `Library/${path}`)
const ofMachine = ['/etc/shadow', '/etc/gshadow', '/etc/ssh', '/etc/sudoers', '/etc/sudoers.d', '/root/.ssh', '/etc/master.passwd', '/var/root', '/var/db/dslocal', '/Library/Keychains']

/** What no box shows, wherever it can see: absolute paths, which need not be there. */
export function machineSecrets({ environment, adapters }: { readonly environment: Readonly<Record<string, string>>; readonly adapters: readonly Pick<HarnessAdapter, 'login'>[] }): string[] {
  const home = environment['HOME'] ?? '/'
  const logins = adapters.flatMap(({ login }) => (login === undefined ? [] : [loginPath(login, environment)])).filter((path) => path !== undefined)
  return [...[...inHome, ...inLibrary].map((path) => join(home, path)), ...ofMachine, ...logins]
}
