#!/usr/bin/env bash
# The full counts behind the samples of `npm test`; writes docs/assurance.md. OMNI_SEED=N draws other schedules.
# Last, the mutation score of the policies (`npm run test:mutation`, which can also run alone): about an hour, in parts that are not repeated.
set -uo pipefail
cd "$(dirname "$0")/.."
PATH="$PWD/node_modules/.bin:$PATH"
export PATH OMNI_DEEP=1
log=$(mktemp)
vitest run test/simulation test/server test/crash test/spec test/conformance/harness test/omnibox/escape test/workspace test/e2e/sub-agents.test.ts test/e2e/shared-queue.test.ts test/e2e/late-joiners.test.ts test/e2e/switch.test.ts test/policy test/e2e/policy-push.test.ts "$@" | tee "$log"
code=${PIPESTATUS[0]}
mutation=$(sed -n '/^## Mutation of /,$p' docs/assurance.md)
{
  echo '# Assurance'
  echo
  echo "Written by \`npm run test:deep\`: the full counts, commit $(git rev-parse --short HEAD)."
  echo
  grep -hE '^[a-z ]+: [0-9]+ of [0-9]+ \(seed' "$log" | sort -u | sed 's/^/- /'
  echo
  echo "Closing line: \`$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$log" | tail -1)\`"
  if [ -n "$mutation" ]; then printf '\n%s\n' "$mutation"; fi
} > docs/assurance.md
if [ $# -eq 0 ]; then node scripts/test-mutation.ts || code=1; fi
exit "$code"
