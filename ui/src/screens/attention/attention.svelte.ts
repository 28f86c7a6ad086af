// What needs a person: the operations without an outcome, and those that got one while the screen is open, so that
// nothing vanishes before it was seen how it ended.

import { Loadable } from '$lib/app/loadable.svelte';
import { forgetWithProfile } from '$lib/app/profile-scope';
import { refreshSession } from '$lib/app/session.svelte';
import { work } from '$lib/app/work.svelte';
import {
  backend,
  type AttentionRow,
  type AttentionView,
  type ContradictionRow,
  type FollowUpKind,
  type OperationView,
} from '$lib/backend';
import { asBackendError, type BackendError } from '$lib/backend/errors';
import { Followed } from '../card/follow-up.svelte';
import { isApplied, outcomeTitle } from '../card/outcome-words';
import { settledFacts } from './settled-words';

/** The desk keeps this many characters of a reason. */
export const REASON_MAX = 200;

let followed = $state.raw<Followed | undefined>(undefined);
forgetWithProfile(() => (followed = undefined));

/** The operation that is being made again, or taken back, also after a look at another screen. */
export const followedInAttention = {
  get current(): Followed | undefined {
    return followed;
  },
  begin(older: OperationView, kind: FollowUpKind): void {
    // Asked for once more, what was typed for it stays.
    if (followed?.older.reference !== older.reference || followed.kind !== kind) followed = new Followed(older, kind);
  },
  end(): void {
    followed = undefined;
  },
};

export class Attention {
  readonly loaded = new Loadable<AttentionView>();
  /** Settled while the screen is open, the latest first. */
  settled = $state.raw<readonly OperationView[]>([]);
  /** The operation that is being looked for. */
  looking = $state<string | undefined>(undefined);
  /** Why the last look for an operation failed. */
  failures = $state.raw<Readonly<Record<string, BackendError>>>({});
  /** As each stood last while it had no outcome: whose it is stands there, and not with the operation itself. */
  readonly #rowsBefore = new Map<string, AttentionRow>();

  get rows(): readonly AttentionRow[] {
    return this.loaded.value?.rows ?? [];
  }

  /** What a person said was not applied, and the gateway shows all the same. */
  get contradictions(): readonly ContradictionRow[] {
    return this.loaded.value?.contradictions ?? [];
  }

  async load(): Promise<void> {
    const before = this.rows.map(({ operation }) => operation.reference);
    const view = await this.loaded.run(() => backend.attention());
    if (!view) return;
    for (const row of view.rows) this.#rowsBefore.set(row.operation.reference, row);
    const open = new Set(view.rows.map(({ operation }) => operation.reference));
    const gone = before.filter((reference) => !open.has(reference) && !this.#hasSettled(reference));
    for (const reference of gone) {
      try {
        // The gateway is not asked again for what has an outcome.
        this.#note(await backend.lookAgain(reference));
      } catch {
        // It is in the card's own list all the same.
      }
    }
    if (gone.length > 0) void refreshSession();
  }

  async look(reference: string): Promise<void> {
    if (this.looking !== undefined) return;
    this.looking = reference;
    try {
      this.#outcome(await backend.lookAgain(reference));
      this.#fail(reference, undefined);
    } catch (thrown) {
      this.#fail(reference, asBackendError(thrown));
    } finally {
      this.looking = undefined;
    }
    await this.load();
  }

  /** An operation was settled, or made again. */
  async changed(operation: OperationView): Promise<void> {
    this.#outcome(operation);
    await Promise.all([this.load(), refreshSession()]);
  }

  /** What an operation with an outcome was, and whose. */
  factsOf(operation: OperationView): string {
    return settledFacts(operation, this.#rowsBefore.get(operation.reference));
  }

  dismiss(reference: string): void {
    this.settled = this.settled.filter((operation) => operation.reference !== reference);
  }

  #outcome(operation: OperationView): void {
    if (!operation.canLookAgain) this.#note(operation);
  }

  #note(operation: OperationView): void {
    this.settled = [operation, ...this.settled.filter(({ reference }) => reference !== operation.reference)];
    // What was said of an older one would otherwise still stand at the lower edge.
    work.say(() => `${outcomeTitle(operation)}: ${this.factsOf(operation)}`, isApplied(operation));
  }

  #hasSettled(reference: string): boolean {
    return this.settled.some((operation) => operation.reference === reference);
  }

  #fail(reference: string, error: BackendError | undefined): void {
    const { [reference]: _, ...others } = this.failures;
    this.failures = error ? { ...others, [reference]: error } : others;
  }
}
