// Packing, from memory: run 0042 has an insert for each card, its places in the order of the people. `0042-002` is voided,
// `0042-003` is packed already; the last four of a card are its own, and `?unpaired` makes inserts that name no card. The mark of
// its small codes is P7K3.

import type {
  CardSummary,
  ErrorView,
  ManifestChoices,
  ManifestOf,
  ManifestView,
  PackedRow,
  PackForm,
  PackingBoxView,
  PackingStopView,
  PackingView,
  PackOutcome,
  ScanOutcome,
  StopKind,
} from '../src/lib/backend/bindings';

interface Printed {
  summary: CardSummary;
  name: string;
  cardholderId: string;
}
type MakeError = (code: ErrorView['code'], more?: Partial<ErrorView>) => ErrorView;

const now = () => new Date().toISOString();
const today = () => now().slice(0, 10);

/** For whoever drives the fake by script: the last four of the insert at this place. */
declare global {
  interface Window {
    lastFourAt?: (place: number) => string;
  }
}

export class FakePacking {
  #rows: Array<PackedRow & { box: number | null }> = [];
  #boxes: PackingBoxView[] = [];
  #stops: PackingStopView[] = [];
  #stop: PackingStopView | null = null;
  #next = 1;

  constructor(
    readonly printed: () => Printed[],
    readonly error: MakeError,
  ) {
    window.lastFourAt = (place) => printed()[place]?.summary.lastFour ?? '';
  }

  #place(serial: string): number {
    return Number(serial.split('-')[1]) - 1;
  }

  get #box(): PackingBoxView | null {
    return this.#boxes.find((each) => each.closedAt === null) ?? null;
  }

  view(): PackingView {
    const all = this.printed().length;
    const rows = this.#rows.filter((row) => row.box === (this.#box?.number ?? row.box));
    const run = {
      number: '0042',
      finishedAt: now(),
      printed: all,
      packed: this.#rows.length,
      missing: all - this.#rows.length,
    };
    return {
      day: today(),
      openBox: this.#box && { ...this.#box },
      stop: this.#stop,
      packedToday: this.#rows.length,
      latest: rows.toReversed(),
      contradicted: [],
      runs: run.missing > 0 ? [run] : [],
    };
  }

  #stopped(kind: StopKind, more: Partial<PackingStopView> = {}): { kind: 'stopped'; stop: PackingStopView } {
    this.#stop = {
      number: this.#stops.length + 1,
      kind,
      serial: null,
      displayName: null,
      lastFour: null,
      otherSerial: null,
      otherName: null,
      voidReason: null,
      packedAt: null,
      packedBy: null,
      boxName: null,
      canBeAnother: false,
      at: now(),
      operator: 'operacion',
      ...more,
    };
    this.#stops.push(this.#stop);
    return { kind: 'stopped', stop: this.#stop };
  }

  scan(text: string, isTyped: boolean, earlier: string | null): ScanOutcome {
    if (this.#stop) return { kind: 'stopped', stop: this.#stop };
    if (/client=otra/.test(text)) return this.#stopped('other_company');
    if (/migopayments/.test(text)) return this.#stopped('other_environment');
    const id = /userId=(.+)$/.exec(text)?.[1];
    const all = this.printed();
    if (id !== undefined) {
      const mine = all.flatMap((each, index) => (each.cardholderId === id ? [index] : []));
      const [only] = mine;
      if (only === undefined) return this.#stopped('unknown');
      const asked = mine.find((index) => earlier === `0042-${String(index + 1).padStart(3, '0')}`);
      if (asked !== undefined) return this.#found(`0042-${String(asked + 1).padStart(3, '0')}`);
      if (mine.length > 1) return { kind: 'needs_serial', displayName: all[only]?.name ?? '', inserts: mine.length };
      return this.#found(`0042-${String(only + 1).padStart(3, '0')}`);
    }
    const parts = /^(\d+)[^\p{L}\p{N}](\d+)(?:[^\p{L}\p{N}]([A-Z\d]{4}))?$/iu.exec(text.trim());
    if (!parts) {
      if (!isTyped) return this.#stopped('unknown');
      const code = text.trim() === '' ? 'missing' : 'serial_form';
      throw this.error('fields_need_mending', {
        field: 'serial',
        fields: [{ field: 'serial', code, severity: 'error', params: {} }],
      });
    }
    if (Number(parts[1]) === 41)
      return this.#stopped('not_finished', { serial: '0041-001', displayName: all[0]?.name ?? null });
    if (Number(parts[1]) !== 42) return this.#stopped('unknown');
    const serial = `0042-${(parts[2] ?? '').padStart(3, '0')}`;
    if (parts[3] !== undefined && parts[3].toUpperCase() !== 'P7K3') return this.#stopped('unknown');
    const isOld = parts[3] === undefined && !isTyped && location.search.includes('unpaired');
    const holder = all[this.#place(serial)]?.cardholderId;
    if (isOld && holder !== undefined && !earlier?.endsWith(`userId=${holder}`)) return { kind: 'needs_link', serial };
    return this.#found(serial);
  }

  #found(serial: string): ScanOutcome {
    const each = this.printed()[this.#place(serial)];
    if (!each) return this.#stopped('unknown');
    const mine = { serial, displayName: each.name };
    if (serial === '0042-002') {
      return this.#stopped('voided', {
        ...mine,
        otherSerial: '0043-001',
        otherName: each.name,
        voidReason: 'Se manchó',
      });
    }
    const packed = this.#rows.find((row) => row.serial === serial);
    if (packed) {
      const box = this.#boxes.find(({ number }) => number === packed.box);
      const when = { packedAt: packed.at, packedBy: packed.operator, boxName: box?.name ?? null };
      return this.#stopped('packed_already', { ...mine, ...when });
    }
    return { kind: 'found', insert: { ...mine, printedAt: now(), namesCard: !location.search.includes('unpaired') } };
  }

  pack({ serial, lastFour, isAnotherPlastic }: PackForm): PackOutcome {
    const typed = lastFour.trim();
    if (!/^\d{4}$/.test(typed)) {
      const code = typed === '' ? 'missing' : 'last_four_form';
      throw this.error('fields_need_mending', {
        field: 'lastFour',
        fields: [{ field: 'lastFour', code, severity: 'error', params: {} }],
      });
    }
    const each = this.printed()[this.#place(serial)];
    if (!each) return this.#stopped('unknown');
    const mine = { serial, displayName: each.name, lastFour: typed };
    const other = this.#rows.find((row) => row.lastFour === typed);
    if (other && !isAnotherPlastic) {
      const which = { otherSerial: other.serial, otherName: other.displayName };
      return this.#stopped('plastic_packed', { ...mine, ...which, canBeAnother: location.search.includes('unpaired') });
    }
    if (each.summary.lastFour !== typed && !isAnotherPlastic) return this.#stopped('mismatch', mine);
    const row: PackedRow = {
      number: this.#next++,
      serial,
      cardholderId: each.cardholderId,
      displayName: each.name,
      lastFour: typed,
      packedBy: isAnotherPlastic ? 'another' : 'printed',
      at: now(),
      operator: 'operacion',
      isVoided: false,
      isContradicted: false,
      canUndo: true,
    };
    this.#rows.push({ ...row, box: this.#box?.number ?? null });
    if (this.#box) this.#box.packed += 1;
    return { kind: 'packed', row };
  }

  acknowledge(number: number): PackingView {
    if (this.#stop?.number === number) this.#stop = null;
    return this.view();
  }

  undo(number: number, reason: string): PackingView {
    if (reason.trim() === '') {
      throw this.error('fields_need_mending', {
        field: 'reason',
        fields: [{ field: 'reason', code: 'missing', severity: 'error', params: {} }],
      });
    }
    const row = this.#rows.find((each) => each.number === number);
    const box = this.#boxes.find((each) => each.number === row?.box);
    if (!row || (box && box.closedAt !== null)) throw this.error('packing_stays');
    if (box) box.packed -= 1;
    this.#rows = this.#rows.filter((each) => each !== row);
    return this.view();
  }

  packed(serials: readonly string[]): PackedRow[] {
    return this.#rows.filter(({ serial }) => serials.includes(serial));
  }

  beginBox(name: string): PackingView {
    if (name.trim() === '') {
      throw this.error('fields_need_mending', {
        field: 'boxName',
        fields: [{ field: 'boxName', code: 'missing', severity: 'error', params: {} }],
      });
    }
    if (this.#box) throw this.error('packing_box_open');
    const number = this.#boxes.length + 1;
    const begun = { begunAt: now(), begunBy: 'operacion', closedAt: null, closedBy: null };
    this.#boxes.push({ number, name: name.trim(), packed: 0, ...begun });
    return this.view();
  }

  closeBox(number: number): PackingView {
    const box = this.#box;
    if (box?.number !== number) throw this.error('packing_box_not_open');
    Object.assign(box, { closedAt: now(), closedBy: 'operacion' });
    for (const row of this.#rows) if (row.box === number) row.canUndo = false;
    return this.view();
  }

  choices(): ManifestChoices {
    const days = this.#rows.length === 0 ? [] : [{ day: today(), packed: this.#rows.length }];
    return { boxes: this.#boxes.toReversed().map((box) => ({ ...box })), days };
  }

  manifest(of: ManifestOf): ManifestView {
    const rows = of.kind === 'box' ? this.#rows.filter((row) => row.box === of.value) : [...this.#rows];
    const missing = this.printed()
      .map((each, index) => ({ each, serial: `0042-${String(index + 1).padStart(3, '0')}` }))
      .filter(({ serial }) => !this.#rows.some((row) => row.serial === serial));
    const { runs } = this.view();
    return {
      packingBox: of.kind === 'box' ? (this.#boxes.find((box) => box.number === of.value) ?? null) : null,
      day: of.kind === 'day' ? of.value : null,
      rows,
      runs: rows.length === 0 ? [] : runs,
      missing:
        rows.length === 0
          ? []
          : missing.map(({ each, serial }) => ({
              serial,
              cardholderId: each.cardholderId,
              displayName: each.name,
              lastFour: each.summary.lastFour,
            })),
      stops: [...this.#stops],
    };
  }
}
