// A card's movements as a statement on paper, in the words and figures of the screen. Drawing it is Rust's.

import type { CardView, MovementRow, MovementsView, StatementToSave } from '$lib/backend';
import { formatLastFour, NO_BREAK } from '$lib/i18n/format';
import { currentLanguage, show, t } from '$lib/i18n/index.svelte';
import { checkText } from './balance-check';
import { movementCell, movementTitle } from './movements-list';
import { periodFileName, periodName } from './period';

function money(amount: string | null, currency: string | null): string {
  if (amount === null) return '—';
  return currency === null ? show.amount(amount) : show.money(amount, currency);
}

function line(row: MovementRow, currency: string | null) {
  const { main, more } = movementTitle(row);
  return {
    date: show.instantLong(row.at),
    movement: main + more,
    reference: row.reference ?? '',
    amount: movementCell(row, 'amount', currency),
    balance: row.balance === null ? '' : show.amount(row.balance),
  };
}

/** The statement of everything in the view, the oldest first. */
export function statementOf(view: MovementsView, card: CardView, operator: string): StatementToSave {
  const { currency } = view;
  const [own, ...others] = view.totals;
  const lastFour = formatLastFour(card.card.lastFour);
  const facts = [
    { label: t('column.cardholder'), text: card.cardholderDisplayName },
    { label: t('column.card'), text: card.card.alias ? `${lastFour} · ${card.card.alias}` : lastFour },
    { label: t('statement.period'), text: periodName(view) },
    { label: t('statement.made'), text: t('statement.made_by', { at: show.instantLong(view.fetchedAt), operator }) },
  ];
  if (card.cardholderDocument) facts.splice(1, 0, { label: t('column.document'), text: card.cardholderDocument });
  const notes = others.map((total) =>
    t('statement.other_currency', {
      currency: total.currency ?? '—',
      credits: show.amount(total.credits),
      debits: show.amount(total.debits),
    }),
  );
  notes.push(checkText(view));
  if (view.rows.some((row) => row.isBalanceComputed)) notes.push(t('movements.computed_note'));
  return {
    name: `${t('statement.title')} ${card.card.lastFour} ${periodFileName(view)}`,
    language: currentLanguage() === 'en' ? 'english' : 'spanish',
    title: t('statement.title'),
    facts,
    figures: [
      { label: t('movements.opening'), text: money(view.opening, currency) },
      { label: t('movements.went_in'), text: money(own?.credits ?? '0.00', currency) },
      { label: t('movements.went_out'), text: money(own?.debits ?? '0.00', currency) },
      { label: t('movements.closing'), text: money(view.closing, currency) },
    ],
    notes,
    titles: {
      date: t('column.date'),
      movement: t('column.movement'),
      reference: t('column.reference'),
      amount: `${t('column.amount')}${currency === null ? '' : `${NO_BREAK}(${currency})`}`,
      balance: t('column.balance'),
    },
    rows: view.rows.toReversed().map((row) => line(row, currency)),
    empty: t('movements.none', { month: periodName(view) }),
    foot: t('statement.foot'),
  };
}
