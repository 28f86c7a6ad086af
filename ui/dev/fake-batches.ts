// Batches in the fake shell: just enough reading and running to look at the screens. The desk's own rules are in Rust.

import type {
  BatchCheck,
  BatchDecisions,
  BatchForm,
  BatchRefresh,
  BatchRowCheck,
  BatchRowView,
  BatchSource,
  BatchTotal,
  BatchView,
  CardSummary,
  FieldProblem,
} from '../src/lib/backend/bindings';

interface Known {
  summary: CardSummary;
  holder: string;
}

interface FakeBatch {
  view: BatchView;
  rows: BatchRowView[];
  pace: ReturnType<typeof setInterval> | undefined;
}

const LIMIT = '5000.00';
/** How often some rows come to their end, in milliseconds. */
const PACE_MS = 350;
/** How old a copy of a card may be, in milliseconds. */
const FRESH_MS = 15 * 60_000;
/** How long one card takes, in milliseconds. */
const CARD_MS = 400;

export class FakeBatches {
  #files = new Map<string, { name: string | null; rows: string[][]; titles: string[] }>();
  #batches: FakeBatch[] = [];
  #seenAt = Date.now() - 40 * 60_000;
  #refresh: { begunAt: number; total: number; givenUp: boolean } | undefined;
  readonly #find: (cardId: string) => Known | undefined;
  readonly #sum: (...amounts: string[]) => string;
  readonly #refuse: (code: 'table_empty' | 'batch_not_read' | 'batch_not_found') => unknown;

  constructor(
    find: (cardId: string) => Known | undefined,
    sum: (...amounts: string[]) => string,
    refuse: (code: 'table_empty' | 'batch_not_read' | 'batch_not_found') => unknown,
  ) {
    this.#find = find;
    this.#sum = sum;
    this.#refuse = refuse;
  }

  read(source: BatchSource): BatchCheck {
    const text = source.from === 'pasted' ? source.text : new TextDecoder().decode(bytes(source.base64));
    const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
    const separator = lines[0]?.includes('\t') ? '\t' : lines[0]?.includes(';') ? ';' : ',';
    const [titles, ...rows] = lines.map((line) => line.split(separator));
    if (!titles || rows.length === 0) throw this.#refuse('table_empty');
    const id = String(this.#files.size + 1);
    this.#files.set(id, { name: source.from === 'file' ? source.name : null, rows, titles });
    return this.check({ id, numberStyle: null, takesRepeated: false, takesDoneBefore: false });
  }

  check(decisions: BatchDecisions): BatchCheck {
    const file = this.#files.get(decisions.id);
    if (!file) throw this.#refuse('batch_not_read');
    const used = decisions.numberStyle ?? 'comma_thousands';
    const first = new Map<string, number>();
    const rows = file.rows.map((cells, index) =>
      this.#row(cells, index + 2, used === 'comma_thousands', decisions, first),
    );
    const ready = rows.filter((row) => row.verdict === 'ready');
    const total: BatchTotal = { currency: 'GTQ', loads: '0', loadCount: 0, withdrawals: '0', withdrawalCount: 0 };
    for (const row of ready) {
      if (row.kind === 'load') {
        total.loads = this.#sum(total.loads, row.amount ?? '0');
        total.loadCount += 1;
      } else {
        total.withdrawals = this.#sum(total.withdrawals, row.amount ?? '0');
        total.withdrawalCount += 1;
      }
    }
    const amounts = file.rows.map((cells) => cells[2] ?? '').filter((cell) => /[.,]/.test(cell));
    return {
      id: decisions.id,
      name: file.name,
      encoding: 'UTF-8',
      separator: 'semicolon',
      unusedTitles: file.titles.slice(4),
      style: {
        detected: 'comma_thousands',
        commaThousands: amounts.length,
        pointThousands: 0,
        used,
        isConfirmed: decisions.numberStyle !== null,
        examples: [...new Set(amounts)].slice(0, 3).map((cell) => ({
          cell,
          commaThousands: read(cell, true) ?? null,
          pointThousands: read(cell, false) ?? null,
        })),
      },
      rows,
      ready: ready.length,
      doubtful: rows.filter((row) => row.verdict === 'doubtful').length,
      refused: rows.filter((row) => row.verdict === 'refused').length,
      totals: ready.length > 0 ? [total] : [],
      cardsSeenAt: new Date(this.#seenAt).toISOString(),
      cards: rows.length,
      oldCards: Date.now() - this.#seenAt > FRESH_MS ? rows.length : 0,
      freshForMinutes: 15,
      readyDigest: String(ready.length),
      earlier: this.#batches
        .filter((batch) => batch.view.name === file.name)
        .map((batch) => ({ number: batch.view.number, begunAt: batch.view.begunAt })),
      totalAgain:
        Number(total.loads) > Number(LIMIT)
          ? { operation: 'load', amount: total.loads, currency: 'GTQ', limit: LIMIT }
          : null,
    };
  }

  refresh(id: string): BatchRefresh {
    this.#refresh = { begunAt: Date.now(), total: this.#files.get(id)?.rows.length ?? 0, givenUp: false };
    return this.refreshed();
  }

  refreshed(): BatchRefresh {
    const { begunAt, total, givenUp } = this.#refresh ?? { begunAt: 0, total: 0, givenUp: false };
    const done = Math.min(total, Math.floor((Date.now() - begunAt) / CARD_MS));
    const isRunning = done < total && !givenUp;
    if (!isRunning && !givenUp) this.#seenAt = Date.now();
    return { total, done, failed: 0, isRunning, isGivenUp: givenUp, error: null };
  }

  stopRefresh(): BatchRefresh {
    if (this.#refresh) this.#refresh.givenUp = true;
    return this.refreshed();
  }

  start(form: BatchForm): BatchView {
    const check = this.check(form.decisions);
    const file = this.#files.get(form.decisions.id);
    const rows: BatchRowView[] = check.rows.map((row, index) => ({
      line: row.line,
      cells: file?.rows[index] ?? [],
      state: row.verdict === 'ready' ? 'waiting' : 'left_out',
      isToMend: row.verdict !== 'ready',
      isContradicted: false,
      cardId: row.cardId,
      lastFour: row.lastFour,
      holder: row.holder,
      kind: row.kind,
      amount: row.amount,
      currency: row.currency,
      note: row.note,
      reference: null,
      gatewayCode: null,
      cause: null,
      detail: null,
      movementId: null,
      problems: row.problems,
    }));
    const batch: FakeBatch = {
      view: {
        number: this.#batches.length + 1,
        name: check.name,
        phase: 'running',
        stop: null,
        error: null,
        rowsToSend: check.ready,
        begunAt: new Date().toISOString(),
        begunBy: 'Operadora',
        endedAt: null,
        counts: counts(rows),
      },
      rows,
      pace: undefined,
    };
    this.#batches.unshift(batch);
    this.#go(batch);
    return batch.view;
  }

  list(): BatchView[] {
    return this.#batches.map((batch) => batch.view);
  }

  one(number: number): BatchView {
    return this.#batch(number).view;
  }

  rows(number: number): { titles: string[]; rows: BatchRowView[] } {
    return { titles: ['Tarjeta', 'Operación', 'Monto', 'Nota'], rows: [...this.#batch(number).rows] };
  }

  change(number: number, phase: 'running' | 'paused' | 'cancelled'): BatchView {
    const batch = this.#batch(number);
    clearInterval(batch.pace);
    if (phase === 'cancelled') {
      batch.rows = batch.rows.map((row) => (row.state === 'waiting' ? { ...row, isToMend: true } : row));
    }
    batch.view = {
      ...batch.view,
      phase,
      stop: phase === 'paused' ? 'asked' : null,
      endedAt: phase === 'cancelled' ? new Date().toISOString() : null,
    };
    if (phase === 'running') this.#go(batch);
    return batch.view;
  }

  #batch(number: number): FakeBatch {
    const batch = this.#batches.find((each) => each.view.number === number);
    if (!batch) throw this.#refuse('batch_not_found');
    return batch;
  }

  #go(batch: FakeBatch): void {
    batch.pace = setInterval(() => {
      const next = batch.rows.findIndex((row) => row.state === 'waiting');
      batch.rows = batch.rows.map((row, index) =>
        index >= next && index < next + 2 && row.state === 'waiting' ? ended(row) : row,
      );
      const isDone = batch.rows.every((row) => row.state !== 'waiting');
      batch.view = {
        ...batch.view,
        counts: counts(batch.rows),
        phase: isDone ? 'finished' : 'running',
        endedAt: isDone ? new Date().toISOString() : null,
      };
      if (isDone) clearInterval(batch.pace);
    }, PACE_MS);
  }

  #row(
    cells: string[],
    line: number,
    isComma: boolean,
    decisions: BatchDecisions,
    first: Map<string, number>,
  ): BatchRowCheck {
    const [cardId = '', operation = '', amountText = '', note = ''] = cells.map((cell) => cell.trim());
    const card = this.#find(cardId);
    const kind = /^(carga|load)$/i.test(operation)
      ? 'load'
      : /^(retiro|withdrawal)$/i.test(operation)
        ? 'withdrawal'
        : null;
    const amount = read(amountText, isComma) ?? null;
    const problems: FieldProblem[] = [];
    const add = (
      field: FieldProblem['field'],
      code: FieldProblem['code'],
      params = {},
      severity: FieldProblem['severity'] = 'error',
    ) => problems.push({ field, code, severity, params });
    if (!card) add('cardId', 'card_unknown');
    else if (card.summary.state !== 'active') add('cardId', 'card_state_forbids', { state: card.summary.stateWord });
    if (!kind) add('operation', 'operation_unknown');
    if (amount === null) add('amount', 'amount_form');
    const key = cells.join('|');
    const before = first.get(key);
    if (before !== undefined) add('row', 'row_repeated', { line: String(before) }, 'warning');
    else first.set(key, line);
    const balance = card?.summary.balance ?? '0';
    const ending = amount === null ? null : this.#sum(balance, kind === 'withdrawal' ? `-${amount}` : amount);
    if (card && kind === 'withdrawal' && ending?.startsWith('-')) add('amount', 'amount_overdraws', { ending });
    const isWrong = problems.some((problem) => problem.severity === 'error');
    const isDoubtful = before !== undefined && !decisions.takesRepeated;
    return {
      line,
      verdict: isWrong ? 'refused' : isDoubtful ? 'doubtful' : 'ready',
      cardId: card ? cardId : null,
      lastFour: card?.summary.lastFour ?? null,
      holder: card?.holder ?? null,
      kind,
      amount,
      currency: amount === null ? null : 'GTQ',
      endingBalance: isWrong || isDoubtful ? null : ending,
      note: note === '' ? null : note,
      given: [
        { field: 'cardId', text: cardId },
        { field: 'operation', text: operation },
        { field: 'amount', text: amountText },
      ],
      problems,
    };
  }
}

/** Every thirteenth row is refused, every seventeenth has no outcome. */
function ended(row: BatchRowView): BatchRowView {
  const reference = `CD-7F3K-${String(1000 + row.line)}`;
  if (row.line % 13 === 0)
    return { ...row, state: 'refused', reference, gatewayCode: '7303', detail: 'insufficient funds', isToMend: true };
  if (row.line % 17 === 0) return { ...row, state: 'unknown', reference, detail: 'timed out' };
  return { ...row, state: 'applied', reference, movementId: `m-${row.line}` };
}

function counts(rows: readonly BatchRowView[]): BatchView['counts'] {
  const of = (state: BatchRowView['state']) => rows.filter((row) => row.state === state).length;
  return {
    waiting: of('waiting'),
    underway: of('underway'),
    applied: of('applied'),
    refused: of('refused'),
    notSent: of('not_sent'),
    unknown: of('unknown'),
    notApplied: of('not_applied'),
    leftOut: of('left_out'),
  };
}

function read(cell: string, isComma: boolean): string | undefined {
  const plain = isComma ? cell.replaceAll(',', '') : cell.replaceAll('.', '').replace(',', '.');
  return /^\d+(\.\d{1,2})?$/.test(plain) && (isComma || !/\.\d{1,2}$/.test(cell))
    ? Number(plain).toFixed(2)
    : undefined;
}

function bytes(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
