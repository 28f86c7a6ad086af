// Between whom a transfer went is told with names and digits, wherever the transfer is told.
import { expect, test } from 'vitest';
import type { TransferSide } from '../src/lib/backend';
import { transferWay } from '../src/lib/i18n/transfer-way';

const side = (cardId: string, name: string, lastFour: string): TransferSide => ({
  cardId,
  known: { cardholderId: `of ${cardId}`, cardholderDisplayName: name, lastFour, alias: null },
});

test('both cards are named, whoever they belong to', () => {
  const way = transferWay({ from: side('1', 'Calel Morales, Tomás', '0998'), to: side('2', 'Xicará, Ana', '2509') });
  expect(way).toBe('De Calel Morales, Tomás ••••\u00a00998 a Xicará, Ana ••••\u00a02509');
});

test('a card that nobody knows is told by its id', () => {
  const way = transferWay({ from: side('1', 'Calel', '0998'), to: { cardId: '48300', known: null } });
  expect(way).toContain('48300');
});
