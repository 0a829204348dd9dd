#!/usr/bin/env bash
# The full counts behind the samples of `npm test`; writes docs/assurance.md. OMNI_SEED=N draws other schedules.
set -uo pipefail
cd "$(dirname "$0")/.."
PATH="$PWD/node_modules/.bin:$PATH"
export PATH OMNI_DEEP=1
log=$(mktemp)
vitest run test/simulation test/server test/crash test/spec test/conformance/harness test/e2e/shared-queue.test.ts test/e2e/late-joiners.test.ts test/e2e/switch.test.ts test/policy test/e2e/policy-push.test.ts "$@" | tee "$log"
code=${PIPESTATUS[0]}
{
  echo '# Assurance'
  echo
  echo "Written by \`npm run test:deep\`: the full counts, commit $(git rev-parse --short HEAD)."
  echo
  grep -hE '^[a-z ]+: [0-9]+ of [0-9]+ \(seed' "$log" | sort -u | sed 's/^/- /'
  echo
  echo "Closing line: \`$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$log" | tail -1)\`"
} > docs/assurance.md
exit "$code"
