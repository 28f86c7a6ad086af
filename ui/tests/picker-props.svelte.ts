// What a form gives to a choice of a card, and keeps of it: the card that was chosen, which is then on show.

export function pickerProps() {
  const props = $state({
    id: 'to',
    label: 'Recibe',
    except: 'payer',
    value: null as string | null,
    onchoose: (cardId: string | null) => void (props.value = cardId),
  });
  return props;
}
