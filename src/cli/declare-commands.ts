import type { Command } from 'commander'
import type { CommandContext, ExitCode } from './command.ts'

/** What a command's file exports as `run`. */
type Run<Options> = (context: CommandContext, args: readonly string[], options: Options) => Promise<ExitCode>

/**
 * Every command, one entry each. The body is loaded only when it runs, so that `omni --help` stays quick.
 */
export function declareCommands(program: Command, context: CommandContext, done: (code: ExitCode) => void): void {
  const add = <Options extends object>(parent: Command, usage: string, summary: string, load: () => Promise<{ run: Run<Options> }>): Command =>
    parent.command(usage).description(summary).action(async (...given: unknown[]) => {
      // commander calls with the arguments, then the options, then the command itself.
      const command = given.at(-1) as Command
      const args = given.slice(0, -2).flat().filter((argument): argument is string => typeof argument === 'string')
      done(await (await load()).run(context, args, command.optsWithGlobals()))
    })

  add(program, 'run [agent]', 'start a session of an agent and open it here', () => import('./commands/run.ts'))
    .option('-p, --prompt <text>', 'one prompt, print the answer, leave')
    .option('--harness <id>', 'run on this harness instead of the file’s')
    .option('-m, --model <id>', 'model, as the harness names it')
    .option('--effort <level>', 'how hard the model thinks: low, medium, high, xhigh, max')
    .option('-a, --attach <file...>', 'files that go with the prompt; pictures are shown to the model')
    .option('-C, --folder <path>', 'folder to work in (default: here)')
    .option('--sample', 'work in a small sample repository, made on first use')
    .option('--sandbox <profile>', 'sandbox profile')
    .option('--resume <session>', 'go on with an earlier session')
    .option('--continue [id]', 'go on with a conversation that you had with a program by hand in this folder; without an id a list')
    .option('--trust <hash>', 'allow what this very agent asks for, this once (omni agent explain FILE prints the hash)')
    .option('--open', 'open the page in the browser')
    .option('--json', 'print events, one JSON object a line')
    .addHelpText('after', '\nExamples:\n  omni run hello\n  omni run polly.yaml -p "add a test for parse()"\n  omni run hello --harness scripted --sample\n  omni run --continue')
  add(program, 'attach <session>', 'open a session that exists (id or address)', () => import('./commands/attach.ts'))
    .option('--json', 'print events, one JSON object a line')
    .addHelpText('after', '\nExample:\n  omni attach ses_0199c3')
  declareSetup(program, add)
  declareSessions(program, add)
  declareServer(program, add)
  declarePolicies(program, add)
  declareSecrets(program, add)
  const agent = program.command('agent').description('check, explain and describe agent files')
  add(agent, 'check <file>', 'say every problem of an agent file', () => import('./commands/agent-check.ts')).option('--json', 'as JSON').addHelpText('after', '\nExample:\n  omni agent check polly.yaml')
  add(agent, 'explain <file>', 'print the effective agent and where each value came from', () => import('./commands/agent-explain.ts')).option('--json', 'as JSON').addHelpText('after', '\nExample:\n  omni agent explain polly.yaml')
  add(agent, 'convert <file>', 'write an agent file of another tool as a native one, and say what is not carried', () => import('./commands/agent-convert.ts')).option('-o, --output <file>', 'to this file, which must not be there (default: stdout)').option('--json', 'as JSON').addHelpText('after', '\nExamples:\n  omni agent convert polly/config.yaml -o polly.yaml\n  omni agent convert agents/reviewer.md')
  add(agent, 'schema', 'print the JSON Schema of agent files, for editors', () => import('./commands/agent-schema.ts')).addHelpText('after', '\nExample:\n  omni agent schema > agent.schema.json')
  const trust = program.command('trust').description('what you allowed agents to have beyond their workspace')
  add(trust, 'list', 'agents that are trusted until they change', () => import('./commands/trust-list.ts')).option('--json', 'as JSON').addHelpText('after', '\nExample:\n  omni trust list')
  add(trust, 'remove <hash>', 'take a yes back; running sessions ask again before their next turn', () => import('./commands/trust-remove.ts')).addHelpText('after', '\nExample:\n  omni trust remove 3b0c…')
  const harness = program.command('harness').description('the programs that turn a model into an agent')
  add(harness, 'list', 'harnesses and whether they can run here', () => import('./commands/harness-list.ts')).option('--json', 'as JSON').addHelpText('after', '\nExample:\n  omni harness list')
  add(harness, 'install <id>', 'install the tested version of a harness program from npm', () => import('./commands/harness-install.ts')).addHelpText('after', '\nExample:\n  omni harness install pi')
  add(harness, 'upgrade [id]', 'bring what we installed to the tested version', () => import('./commands/harness-upgrade.ts')).option('--all', 'all of them').addHelpText('after', '\nExample:\n  omni harness upgrade --all')
  add(harness, 'doctor [id]', 'what is missing, per harness, and what to do', () => import('./commands/harness-doctor.ts')).option('--json', 'as JSON').addHelpText('after', '\nExample:\n  omni harness doctor')
  add(program, 'doctor', 'check this machine: Node, folders, box, server, harnesses', () => import('./commands/doctor.ts')).option('--json', 'as JSON').addHelpText('after', '\nExample:\n  omni doctor')
  add(program, 'completion <shell>', 'print completion for bash, zsh or fish', () => import('./commands/completion.ts')).addHelpText('after', '\nExample:\n  omni completion bash > /etc/bash_completion.d/omni')
}

type Add = <Options extends object>(parent: Command, usage: string, summary: string, load: () => Promise<{ run: Run<Options> }>) => Command

function declareSetup(program: Command, add: Add): void {
  add(program, 'setup', 'credentials, gateways and defaults: asks in a terminal, or does what the flags say', () => import('./commands/setup.ts'))
    .option('--show', 'what is here, what it signs in with, what is missing')
    .option('--provider <name>', 'save a key of this model service, read from standard input or typed unseen')
    .option('--gateway <harness>', 'send this harness’s model calls to --base-url')
    .option('--base-url <url>', 'address of the gateway')
    .option('--key-env <name>', 'take the key from this variable')
    .option('--no-key', 'the gateway needs none')
    .option('--unchecked', 'save also what could not be checked')
    .option('--forget <name>', 'delete the saved key of a model service, or of a harness’s gateway')
    .option('--login <harness>', 'start the vendor’s own sign-in')
    .option('--default-harness <id>', 'for agents that name none')
    .option('--model <harness=model>', 'a harness’s own default model')
    .option('--json', 'what is here, as JSON')
    .addHelpText('after', '\nExamples:\n  omni setup\n  omni setup --provider openrouter --key-env MY_KEY\n  omni setup --gateway pi --base-url https://gateway.example.org --key-env GATEWAY_KEY')
  add(program, 'models', 'models that can be used here, by harness', () => import('./commands/models.ts'))
    .option('--harness <id>', 'of this one')
    .option('--refresh', 'ask again, also when the kept list is young')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  omni models --harness pi')
}

function declareSessions(program: Command, add: Add): void {
  add(program, 'sessions', 'list sessions, newest change first', () => import('./commands/sessions.ts'))
    .option('-q, --query <text>', 'search titles and content')
    .option('--archived', 'archived ones')
    .option('-n, --limit <count>', 'at most this many', '20')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  omni sessions -q "parser"')
  add(program, 'cost', 'what model calls cost: today, the last days, by model and by session', () => import('./commands/cost.ts'))
    .option('--by <what>', 'one list: by day, model, harness, agent or session')
    .option('--since <span>', 'days (7d), hours (12h), or from a day on (2026-11-01)', '7d')
    .option('--json', 'as JSON; money in millionths of a dollar')
    .addHelpText('after', '\nExamples:\n  omni cost\n  omni cost --by model --since 30d')
  add(program, 'fork <session>', 'a new session that goes on from a turn of another', () => import('./commands/fork.ts'))
    .option('--turn <turn>', 'after this turn (default: the last that ended)')
    .option('--harness <id>', 'on another harness')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  omni fork ses_0199c3')
  add(program, 'export <session>', 'write a session’s whole tree as JSON lines', () => import('./commands/export.ts'))
    .option('-o, --output <file>', 'to this file (default: stdout)')
    .addHelpText('after', '\nExample:\n  omni export ses_0199c3 -o session.jsonl')
  add(program, 'import <file>', 'take in what an export wrote; all of it or nothing', () => import('./commands/import.ts')).option('--json', 'as JSON').addHelpText('after', '\nExample:\n  omni import session.jsonl')
  add(program, 'verify <file-or-session>', 'check the hash chain of an export or a session; needs no server for a file', () => import('./commands/verify.ts')).option('--json', 'as JSON').addHelpText('after', '\nExample:\n  omni verify session.jsonl')
}

function declareServer(program: Command, add: Add): void {
  const server = program.command('server').description('the local server on port 6767')
  add(server, 'start', 'start it in the background', () => import('./commands/server-start.ts')).option('--port <port>', 'another port').option('--foreground', 'stay here and log to stderr').addHelpText('after', '\nExample:\n  omni server start')
  add(server, 'stop', 'stop it; hosts and their agents go on until they are idle', () => import('./commands/server-stop.ts')).option('--all', 'stop the local host and its agents too').addHelpText('after', '\nExample:\n  omni server stop --all')
  add(server, 'status', 'is it running, where, and what is attached', () => import('./commands/server-status.ts')).option('--json', 'as JSON').addHelpText('after', '\nExample:\n  omni server status')
  add(program, 'host', 'run harnesses for the local server (started by it)', () => import('./commands/host.ts')).option('--local', 'over the unix socket of this machine’s server').addHelpText('after', '\nExample:\n  omni host --local')
  add(program, 'gateway', 'pass on what agents in sandboxes send out (started by the host)', () => import('./commands/gateway.ts')).addHelpText('after', '\nExample:\n  omni gateway')
}

function declarePolicies(program: Command, add: Add): void {
  const policy = program.command('policy').description('what agents may do: list, change, check and explain policies')
  add(policy, 'list [session]', 'policies of this server, or all that a session keeps to', () => import('./commands/policy-list.ts')).option('--json', 'as JSON').addHelpText('after', '\nExamples:\n  omni policy list\n  omni policy list ses_0199c3')
  add(policy, 'add <file>', 'put policies in force, from the next call on', () => import('./commands/policy-add.ts'))
    .option('--session <session>', 'for this session').option('--server', 'for every session of this server')
    .addHelpText('after', '\nExamples:\n  omni policy add budget.yaml --session ses_0199c3\n  omni policy add team.yaml --server')
  add(policy, 'remove <name>', 'take a policy back', () => import('./commands/policy-remove.ts'))
    .option('--session <session>', 'of this session').option('--server', 'of this server')
    .addHelpText('after', '\nExample:\n  omni policy remove budget-warn --session ses_0199c3')
  add(policy, 'explain <session> <call>', 'why a call was let through, asked about or refused', () => import('./commands/policy-explain.ts'))
    .option('--all', 'also rules that had no part in it').option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  omni policy explain ses_0199c3 call_1')
  add(policy, 'replay [export...]', 'try other policies on recorded sessions: what would have been blocked, asked, let through', () => import('./commands/policy-replay.ts'))
    .option('--with <file>', 'the policies to try').option('--level <level>', 'where they would stand: server (default), agent or session')
    .option('--sessions [session...]', 'of this server: these, or all of them').option('--replace', 'in place of the policies of that level, instead of beside them').option('--json', 'as JSON')
    .addHelpText('after', '\nExamples:\n  omni policy replay --with new.yaml --sessions\n  omni export ses_0199c3 -o session.jsonl && omni policy replay --with new.yaml session.jsonl')
  add(policy, 'lint <file>', 'every problem of a policy file, and warnings about what it does not do', () => import('./commands/policy-lint.ts'))
    .option('--level <level>', 'where it would stand: server (default), agent or session').option('--harness <id>', 'whether this harness can enforce it').option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  omni policy lint team.yaml --harness pi')
  add(policy, 'test <cases>', 'run a file of cases: given what happened, what comes of a call', () => import('./commands/policy-test.ts'))
    .option('--policies <file>', 'of these policies (default: those of this server)').option('--level <level>', 'where they would stand: server (default), agent or session').option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  omni policy test cases.yaml --policies team.yaml')
}

function declareSecrets(program: Command, add: Add): void {
  const secret = program.command('secret').description('credentials that agents may use without seeing them')
  // commander would repeat what is too much, which may be a value.
  add(secret, 'set <name> [more...]', 'save a value, typed unseen or from standard input, and say where it may go', () => import('./commands/secret-set.ts'))
    .usage('[options] <name>')
    .option('--preset <service>', 'hosts, variables and form of github, gitlab or npm; bearer or basic: the form only')
    .option('--hosts <names>', 'the only hosts that it goes to, with commas between them; *.example.org for all below it')
    .option('--env <names>', 'variables in which an agent finds a stand-in for it')
    .addHelpText('after', '\nExamples:\n  omni secret set github --preset github\n  pass show jira | omni secret set jira --hosts acme.atlassian.net --env JIRA_TOKEN')
  add(secret, 'list', 'secrets, where they come from and go to, and whether there is a value', () => import('./commands/secret-list.ts')).option('--json', 'as JSON').addHelpText('after', '\nExample:\n  omni secret list')
  add(secret, 'test <name>', 'is there a value, and does a service take it', () => import('./commands/secret-test.ts')).option('--url <address>', 'make one GET request with it to this address, on one of its hosts').addHelpText('after', '\nExample:\n  omni secret test github --url https://api.github.com/user')
  add(secret, 'remove <name>', 'delete what is saved of it, and its definition', () => import('./commands/secret-remove.ts')).addHelpText('after', '\nExample:\n  omni secret remove github')
}
