// The UI's one way to the shell. Wraps the generated bindings: a command that fails throws a `BackendError`, so that no
// screen can overlook one, and what only reads waits while the desk is locked (`locking.ts`). Nothing outside this folder imports `@tauri-apps/*` (a lint rule keeps it so).

import { open } from '@tauri-apps/plugin-dialog';
import { commands } from './bindings';
import { asBackendError } from './errors';
import { tellLocked, untilUnlocked, waitsForUnlocking } from './locking';

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

type Command = (...args: never[]) => Promise<unknown>;

async function answerOf(command: Command, args: never[]): Promise<unknown> {
  let answer: unknown;
  try {
    answer = await command(...args);
  } catch (thrown) {
    throw asBackendError(thrown);
  }
  if (typeof answer !== 'object' || answer === null || !('status' in answer)) return answer;
  if (answer.status === 'error') throw asBackendError((answer as { error?: unknown }).error);
  return (answer as { data?: unknown }).data;
}

function throwing(name: keyof Commands, command: Command) {
  const waits = waitsForUnlocking(name);
  return async (...args: never[]): Promise<unknown> => {
    for (;;) {
      const unlocked = waits ? untilUnlocked() : undefined;
      if (unlocked) await unlocked;
      try {
        return await answerOf(command, args);
      } catch (thrown) {
        const isLocked = asBackendError(thrown).code === 'locked';
        if (isLocked) tellLocked();
        if (!isLocked || !waits) throw thrown;
      }
    }
  };
}

export const backend = Object.fromEntries(
  Object.entries(commands).map(([name, command]) => [name, throwing(name as keyof Commands, command as never)]),
) as Backend;

/** Asks the operator for a folder; `null` when they changed their mind. */
export async function chooseFolder(title: string, startAt?: string): Promise<string | null> {
  const chosen = await open({ directory: true, multiple: false, title, defaultPath: startAt });
  return typeof chosen === 'string' ? chosen : null;
}
