// Statements that the issuer was asked for: waited for in the bar at the lower edge, whatever is on screen meanwhile, and
// kept until another company is chosen, so that the form shows one that came while it was closed.

import { forgetWithProfile } from '$lib/app/profile-scope';
import { work } from '$lib/app/work.svelte';
import { backend, type IssuerStatementView } from '$lib/backend';
import { asBackendError, type BackendError } from '$lib/backend/errors';
import { errorText } from '$lib/i18n/errors';
import { formatLastFour } from '$lib/i18n/format';
import { show, t } from '$lib/i18n/index.svelte';
import { monthText } from './period';

/** Between two looks, in milliseconds. */
const LOOK_EVERY_MS = 2_000;

/** After so many looks nobody waits any longer; it can be asked for again. */
const MOST_LOOKS = 300;

/** A statement that was asked for. */
export interface AskedStatement {
  view: IssuerStatementView;
  isAwaited: boolean;
  failure: BackendError | undefined;
}

/** Nobody wants to wait any longer. */
class NotAwaited extends Error {}

let asked = $state.raw<Readonly<Record<string, AskedStatement>>>({});

const keyOf = (view: IssuerStatementView) => `${view.cardId} ${monthText(view.month)}`;

function begin(view: IssuerStatementView, isAwaited: boolean): void {
  asked = { ...asked, [keyOf(view)]: { view, isAwaited, failure: undefined } };
}

/** What is forgotten meanwhile stays so. */
function note(view: IssuerStatementView, change: Partial<AskedStatement>): void {
  const before = asked[keyOf(view)];
  if (before) asked = { ...asked, [keyOf(view)]: { ...before, ...change } };
}

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

/** Looks until it is there. A look that fails in passing is only one that found nothing. */
async function waited(view: IssuerStatementView): Promise<IssuerStatementView> {
  const request = { cardId: view.cardId, month: monthText(view.month) };
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    await pause(LOOK_EVERY_MS);
    if (!asked[keyOf(view)]?.isAwaited) throw new NotAwaited();
    try {
      const now = await backend.issuerStatement(request);
      if (now.state === 'ready') return now;
    } catch (thrown) {
      const error = asBackendError(thrown);
      if (!error.retryable) throw error;
    }
  }
  throw new NotAwaited();
}

async function wait(view: IssuerStatementView, lastFour: string): Promise<void> {
  const words = () => ({ month: show.month(view.month.year, view.month.month), card: formatLastFour(lastFour) });
  begin(view, true);
  const cancel = () => note(view, { isAwaited: false });
  try {
    const ready = await work.run(
      () => t('issuer_statement.waiting', words()),
      () => waited(view),
      () => t('issuer_statement.ready', words()),
      (thrown) =>
        thrown instanceof NotAwaited ? t('issuer_statement.not_awaited', words()) : errorText(asBackendError(thrown)),
      { cancel },
    );
    note(view, { view: ready, isAwaited: false });
  } catch (thrown) {
    note(view, { isAwaited: false, failure: thrown instanceof NotAwaited ? undefined : asBackendError(thrown) });
  }
}

export const issuerStatements = {
  /** The statement of a card's month, as far as it has come; `month` is `2026-03`. */
  of(cardId: string, month: string): AskedStatement | undefined {
    return asked[`${cardId} ${month}`];
  },
  /** Asks for one, and waits for it unless it is there at once. The month as it is understood. */
  async ask(cardId: string, lastFour: string, typed: string): Promise<string> {
    const view = await backend.requestStatement({ cardId, month: typed });
    if (view.state === 'ready') begin(view, false);
    else if (!asked[keyOf(view)]?.isAwaited) void wait(view, lastFour);
    return monthText(view.month);
  },
};

forgetWithProfile(() => (asked = {}));
