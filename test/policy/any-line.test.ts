import { expect, it } from 'vitest'
import { seed, share } from '../support/lane.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { readLine } from './read-line.ts'

const words = `a b=1 b+=1 c[1]=x c[1]+=$y d=(1) export declare local readonly typeset -a -n -x $x "$x" \${x} \${x:-y} \${x//a/b} \${#x} \${!x} \${x[@]} $(ls) \`ls\` $((1+2)) ((a++)) [[ a == ]] {a,b} {1..3} * ? ~ > >> < 2>&1 &> <<< <( >( ( ) { } ; && || | & if then else fi for in do done while until case esac ;; function f ()
select coproc time ! eval source exec trap alias set -- shift unset read printf -v echo git push cd sudo env -S xargs find -exec {} + bash -c 'git\tpush' "a\t$(b)" $'x\\n' \\ # test [ ] let cat <<E sed -i awk tar dd of=x npm run npx make just docker curl -o -d @x ssh rsync gh api pip install python -m node -e parallel ::: nohup timeout 5 kubectl`.split(/ |\n/)
const files = { 'package.json': '{"scripts": {"x": "git push"}}', Makefile: 'all:\n\tgit push', a: 'echo', x: 'a+=1' }

it('reads a line of any words without throwing', () => {
  const random = seededRandom(`any line/${seed}`)
  const pick = () => words[Math.floor(random() * words.length)] ?? ''
  const thrown: string[] = []
  for (let count = share('lines of any words', 2_000, 100_000); count > 0; count -= 1) {
    const line = Array.from({ length: 1 + Math.floor(random() * 9) }, pick).join(random() < 0.9 ? ' ' : '\n')
    try {
      readLine({ line, files })
    } catch (error) {
      thrown.push(`${line}: ${String(error)}`)
    }
  }
  expect(thrown.slice(0, 5)).toEqual([])
})
