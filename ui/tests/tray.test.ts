// The plastics tray: a plastic is found by what stands on it.
import { describe, expect, it } from 'vitest';
import type { PlasticView } from '../src/lib/backend';
import { found } from '../src/screens/plastics/tray';

function plastic(
  cardId: string,
  embossedName: string,
  pan: string,
  state: PlasticView['state'] = 'active',
): PlasticView {
  return {
    cardId,
    cardholderId: `holder-${cardId}`,
    pan,
    expiry: { month: 11, year: 2029 },
    cvv: '123',
    embossedName,
    state,
    issuedAt: '2026-11-24T10:00:00Z',
  };
}
const TRAY = [
  plastic('1', 'ANA LUCIA NUSTES', '4111 1111 1111 4417', 'inactive'),
  plastic('2', 'BYRON CHOC', '4111111111110932'),
  plastic('3', 'ANA CHOC', '4111111111117705', 'blocked'),
];
const ids = (text: string, waitingOnly = false) => found(TRAY, text, waitingOnly).map(({ cardId }) => cardId);

describe('the tray', () => {
  it('shows everything, in its own order, while nothing is typed', () => {
    expect(ids('  ')).toEqual(['1', '2', '3']);
  });
  it('finds by every word of a name, without case or accents', () => {
    expect(ids('ána')).toEqual(['1', '3']);
    expect(ids('choc ana')).toEqual(['3']);
  });
  it('finds by digits of the number, with or without its gaps', () => {
    expect(ids('4417')).toEqual(['1']);
    expect(ids('1111 4417')).toEqual(['1']);
    expect(ids('1111 0932')).toEqual(['2']);
  });
  it('finds nothing for a name with digits that no plastic bears', () => {
    expect(ids('ana 0932')).toEqual([]);
  });
  it('can be held to the plastics that wait for their cardholder', () => {
    expect(ids('ana', true)).toEqual(['1']);
  });
});
