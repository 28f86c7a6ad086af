// Statements that the issuer was asked for: waited for in the bar at the lower edge, whatever is on screen meanwhile, and
// kept until another company is chosen, so that the form shows one that came while it was closed. The bar leads to it.

import { navigation } from '$lib/app/navigation.svelte';
import { forgetWithProfile } from '$lib/app/profile-scope';
import { work } from '$lib/app/work.svelte';
import { backend, type CardSummary, type IssuerStatementView } from '$lib/backend';
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

/** The card whose statement is asked for. */
export type StatementCard = Pick<CardSummary, 'cardId' | 'cardholderId' | 'lastFour'>;

/** Nobody wants to wait any longer. */
class NotAwaited extends Error {}

/** In the order in which they were asked for. */
let asked = $state.raw<Readonly<Record<string, AskedStatement>>>({});

/** The statement that the form was led to. */
let wanted = $state.raw<{ cardId: string; month: string } | undefined>(undefined);

const keyOf = (view: IssuerStatementView) => `${view.cardId} ${monthText(view.month)}`;

function begin(view: IssuerStatementView, isAwaited: boolean): void {
  const { [keyOf(view)]: _before, ...others } = asked;
  asked = { ...others, [keyOf(view)]: { view, isAwaited, failure: undefined } };
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

/** Leads to a statement: its card, with the form that shows it. */
function open({ cardId, cardholderId }: StatementCard, view: IssuerStatementView): void {
  wanted = { cardId, month: monthText(view.month) };
  navigation.openCardWithForm(cardholderId, cardId, 'statement');
}

async function wait(view: IssuerStatementView, card: StatementCard): Promise<void> {
  const words = () => ({ month: show.month(view.month.year, view.month.month), card: formatLastFour(card.lastFour) });
  begin(view, true);
  const cancel = () => note(view, { isAwaited: false });
  try {
    const ready = await work.run(
      () => t('issuer_statement.waiting', words()),
      () => waited(view),
      () => t('issuer_statement.ready', words()),
      (thrown) =>
        thrown instanceof NotAwaited ? t('issuer_statement.not_awaited', words()) : errorText(asBackendError(thrown)),
      { cancel, open: () => open(card, view) },
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
  /** The one that was asked for last of a card and is there or on its way: what its form has to show. */
  latestOf(cardId: string): AskedStatement | undefined {
    return Object.values(asked).findLast(
      ({ view, isAwaited }) => view.cardId === cardId && (isAwaited || view.state === 'ready'),
    );
  },
  /** The month of this card that the form was led to, once. */
  takeWanted(cardId: string): string | undefined {
    if (wanted?.cardId !== cardId) return undefined;
    const { month } = wanted;
    wanted = undefined;
    return month;
  },
  /** Asks for one, and waits for it unless it is there at once. The month as it is understood. */
  async ask(card: StatementCard, typed: string): Promise<string> {
    const view = await backend.requestStatement({ cardId: card.cardId, month: typed });
    if (view.state === 'ready') begin(view, false);
    else if (!asked[keyOf(view)]?.isAwaited) void wait(view, card);
    return monthText(view.month);
  },
};

forgetWithProfile(() => {
  asked = {};
  wanted = undefined;
  work.forgetWays();
});
