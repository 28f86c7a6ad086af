// The UI's one way to the shell. Wraps the generated bindings: a command that fails throws a `BackendError`, so that no
// screen can overlook one. Nothing outside this folder imports `@tauri-apps/*` (a lint rule keeps it so).

import { open } from '@tauri-apps/plugin-dialog';
import { commands } from './bindings';
import { asBackendError } from './errors';

export type * from './bindings';
export { BackendError } from './errors';

type Commands = typeof commands;

/** What a command gives: the data of one that can fail, or the answer of one that can't. */
type Given<Result> =
  Extract<Result, { status: 'ok' }> extends never
    ? Result
    : Extract<Result, { status: 'ok' }> extends { data: infer Data }
      ? Data
      : never;

/** Every command, answering with its data or throwing. */
export type Backend = {
  [Name in keyof Commands]: Commands[Name] extends (...args: infer Args) => Promise<infer Result>
    ? (...args: Args) => Promise<Given<Result>>
    : never;
};

function throwing(command: (...args: never[]) => Promise<unknown>) {
  return async (...args: never[]): Promise<unknown> => {
    let answer: unknown;
    try {
      answer = await command(...args);
    } catch (thrown) {
      throw asBackendError(thrown);
    }
    if (typeof answer !== 'object' || answer === null || !('status' in answer)) return answer;
    if (answer.status === 'error') throw asBackendError((answer as { error?: unknown }).error);
    return (answer as { data?: unknown }).data;
  };
}

export const backend = Object.fromEntries(
  Object.entries(commands).map(([name, command]) => [name, throwing(command as never)]),
) as Backend;

/** Asks the operator for a folder; `null` when they changed their mind. */
export async function chooseFolder(title: string, startAt?: string): Promise<string | null> {
  const chosen = await open({ directory: true, multiple: false, title, defaultPath: startAt });
  return typeof chosen === 'string' ? chosen : null;
}
