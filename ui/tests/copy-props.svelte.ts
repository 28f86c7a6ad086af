// What a copy button copies, changed by a test while it is on show.
import { createRawSnippet } from 'svelte';

export function copyProps() {
  const props = $state({
    id: 'copy',
    text: 'CD-1',
    children: createRawSnippet(() => ({ render: () => '<span>Copiar</span>' })),
  });
  return props;
}
