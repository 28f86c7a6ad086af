// What a card's movements are given, to be changed while they are on show.
export function movementsProps<Card>(card: Card): { card: Card; version: number } {
  const props = $state({ card, version: 0 });
  return props;
}
