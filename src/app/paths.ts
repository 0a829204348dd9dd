import { join } from 'node:path'

/** Where things are under `~/.omnigent`. */
export function pathsOf(home: string) {
  return {
    home,
    /** Log, projections and blobs. */
    data: join(home, 'data'),
    /** Sockets, the token, pid and address of what runs. */
    run: join(home, 'run'),
    token: join(home, 'run', 'token'),
    signingKey: join(home, 'run', 'signing-key.pem'),
    serverState: join(home, 'run', 'server.json'),
    hostState: join(home, 'run', 'host.json'),
    /** The engine listens here for the local host; exclusive, so it is the server's lock as well. */
    serverSocket: join(home, 'run', 'server.sock'),
    /** Held by the local host while it lives: its lock. */
    hostSocket: join(home, 'run', 'host.sock'),
    logs: join(home, 'logs'),
    host: join(home, 'host'),
    harnesses: join(home, 'harnesses'),
    /** Earlier states of work folders. */
    checkpoints: join(home, 'checkpoints'),
    agents: join(home, 'agents'),
    /** Keys that a person saved, 0700. */
    keys: join(home, 'keys'),
    /** Values of secrets where no keychain can be used, 0700. */
    secrets: join(home, 'secrets'),
    /** What stand-ins for secrets are made from, so that a session finds the same again. */
    placeholderKey: join(home, 'host', 'placeholder-key'),
    /** On what the walls of boxes were tried and held. */
    wallProof: join(home, 'host', 'walls-hold.json'),
    /** What a person trusted: see `trust-store.ts`. */
    trust: join(home, 'trust'),
    /** What a person allowed for whole projects. */
    projectGrants: join(home, 'project-grants.json'),
    userConfig: join(home, 'config.yaml'),
    serverConfig: join(home, 'server.yaml'),
  } as const
}
export type Paths = ReturnType<typeof pathsOf>
