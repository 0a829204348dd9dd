import type { CallDecision } from '../../spec/api/decision.ts'
import { useData } from '../data/data-context.ts'
import { useAnswer } from '../data/use-answer.ts'
import { PlainText } from '../ui/plain-text.tsx'

const levelWords = { session: 'This session', agent: 'Its agent', server: 'The server' } as const
const verdictLooks = { allow: 'text-green', warn: 'text-amber', ask: 'text-amber', deny: 'text-red' } as const
const truthWords = { true: 'yes', false: 'no', unknown: 'not known' } as const

/** Why a call was decided as it was: rule by rule, with what made each true. Asked for when it is opened. */
export function DecisionView({ session, call }: { readonly session: string; readonly call: string }) {
  const { client } = useData()
  const answer = useAnswer(`${session} ${call}`, () => client.decision(session, call))
  if (answer.state === 'loading') return <div className="skeleton h-5 w-64" />
  if (answer.state === 'failed') return <p role="alert" className="text-xs text-red">{answer.error.message}</p>
  return <Decision decision={answer.value} />
}

function Decision({ decision: { verdict, again, levels, engine, answer, actions } }: { readonly decision: CallDecision }) {
  const spoken = levels.filter(({ rules }) => rules.length > 0)
  return (
    <section aria-label="Why" className="space-y-2 rounded-md border border-line px-3 py-2 text-xs">
      <p>
        <span className={`font-medium ${verdictLooks[verdict]}`}>{verdict}</span>
        {spoken.length === 0 && engine.length === 0 && <span className="text-ink-2">: no policy had anything to say about it.</span>}
        {!again.same && <span className="text-amber"> This version would decide {again.verdict}.</span>}
      </p>
      <p className="font-mono break-all text-ink-3"><PlainText text={actions.join(' · ')} /></p>
      {spoken.map(({ level, hash, rules }) => (
        <div key={hash} className="space-y-1">
          <p className="font-semibold text-ink-3">{levelWords[level]}</p>
          {rules.map((rule) => (
            <div key={rule.rule} className="space-y-0.5 border-l-2 border-line pl-2">
              <p>
                {rule.verdict !== undefined && <span className={`font-medium ${verdictLooks[rule.verdict]}`}>{rule.verdict} </span>}
                <PlainText text={rule.rule} className="font-mono" />
                <span className="text-ink-2">: <PlainText text={rule.message ?? rule.does} /></span>
              </p>
              <ul className="text-ink-2">
                {rule.parts.map((part, index) => (
                  <li key={index} style={{ paddingLeft: `${part.depth * 0.75}rem` }}><PlainText text={part.text} className="font-mono" />: {truthWords[`${part.truth}`]}</li>
                ))}
                {rule.because.map(({ seq, what }) => <li key={seq}>because of event {seq}: <PlainText text={what} /></li>)}
                {rule.grant !== undefined && <li>answered by what was allowed for the session</li>}
              </ul>
            </div>
          ))}
        </div>
      ))}
      {engine.map(({ rule, verdict: own, message }) => (
        <p key={rule}><span className={`font-medium ${verdictLooks[own]}`}>{own} </span><PlainText text={rule} className="font-mono" />{message !== undefined && <span className="text-ink-2">: <PlainText text={message} /></span>}</p>
      ))}
      {answer !== undefined && <p className="text-ink-2">{answer.answer === 'expired' ? 'Nobody answered in time.' : <>{answer.answer === 'allow' ? 'Allowed' : 'Denied'} by <PlainText text={answer.by.id} />.</>}</p>}
    </section>
  )
}
