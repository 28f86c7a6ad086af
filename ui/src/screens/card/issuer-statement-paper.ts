// The issuer's statement of a month on paper, in the issuer's figures. Drawing it is Rust's.

import type { CalendarMonth, CardView, IssuerStatement, MovementRow, StatementToSave } from '$lib/backend';
import { formatLastFour, NO_BREAK } from '$lib/i18n/format';
import { currentLanguage, show, t } from '$lib/i18n/index.svelte';
import { movementCell, movementTitle } from './movements-list';
import { monthText } from './period';

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

/** The statement as it is to be saved. What the issuer leaves out is a dash: nothing is computed here. */
export function issuerStatementOf(
  statement: IssuerStatement,
  month: CalendarMonth,
  card: CardView,
  operator: string,
): StatementToSave {
  const { currency } = statement;
  const money = (amount: string | null) => {
    if (amount === null) return '—';
    return currency === null ? show.amount(amount) : show.money(amount, currency);
  };
  const lastFour = formatLastFour(card.card.lastFour);
  const document = card.cardholderDocument ? [{ label: t('column.document'), text: card.cardholderDocument }] : [];
  return {
    name: `${t('issuer_statement.title')} ${card.card.lastFour} ${monthText(month)}`,
    language: currentLanguage() === 'en' ? 'english' : 'spanish',
    title: t('issuer_statement.title'),
    facts: [
      { label: t('column.cardholder'), text: card.cardholderDisplayName },
      ...document,
      { label: t('column.card'), text: card.card.alias ? `${lastFour} · ${card.card.alias}` : lastFour },
      { label: t('statement.period'), text: show.month(month.year, month.month) },
      {
        label: t('issuer_statement.made_label'),
        text: statement.generatedAt === null ? '—' : show.instantLong(statement.generatedAt),
      },
    ],
    figures: [
      { label: t('movements.opening'), text: money(statement.opening) },
      { label: t('movements.went_in'), text: money(statement.credits) },
      { label: t('movements.went_out'), text: money(statement.debits) },
      { label: t('movements.closing'), text: money(statement.closing) },
    ],
    notes: [],
    titles: {
      date: t('column.date'),
      movement: t('column.movement'),
      reference: t('column.reference'),
      amount: `${t('column.amount')}${currency === null ? '' : `${NO_BREAK}(${currency})`}`,
      balance: t('column.balance'),
    },
    rows: statement.rows.map((row) => line(row, currency)),
    empty: t('issuer_statement.empty'),
    foot: t('issuer_statement.foot', { operator }),
  };
}
