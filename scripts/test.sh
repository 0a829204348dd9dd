#!/usr/bin/env bash
# Installs what the tests need, then runs them all; `npm test -- PATH …` runs only those suites.
# Needs: Debian 12 or like it, git, npm with any Node. As root or with sudo it installs Debian packages; otherwise it
# says which are missing.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ ! -x node_modules/.bin/node ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci --no-audit --no-fund --ignore-scripts=false
fi
# Node 24 from node_modules, whatever Node the machine has.
PATH="$PWD/node_modules/.bin:$PATH"
export PATH

missing=()
command -v bwrap >/dev/null || missing+=(bubblewrap)
command -v git >/dev/null || missing+=(git)
command -v curl >/dev/null || missing+=(curl)
command -v openssl >/dev/null || missing+=(openssl)
command -v ip >/dev/null || [ -x /usr/sbin/ip ] || [ -x /sbin/ip ] || missing+=(iproute2)
command -v python3 >/dev/null || missing+=(python3)
command -v chromium >/dev/null || missing+=(chromium)
if [ ${#missing[@]} -gt 0 ]; then
  as_root=()
  if [ "$(id -u)" != 0 ]; then as_root=(sudo -n); fi
  if ! { "${as_root[@]}" apt-get update -qq && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >/tmp/omnigent-apt.$$.log 2>&1; then
    cat /tmp/omnigent-apt.$$.log >&2
    echo "The tests need these Debian packages: ${missing[*]}" >&2
    echo "Install them with: sudo apt-get install ${missing[*]}" >&2
    exit 1
  fi
fi

if [ -f test/support/install-vendor-programs.ts ]; then node test/support/install-vendor-programs.ts; fi
npm run --silent build:web

if [ $# -eq 0 ]; then
  npm run --silent check
fi
exec vitest run "$@"
