// Text that a person reads belongs in the catalogues (`src/messages`). This rule refuses it in a component: as content,
// or in an attribute that is read out or shown.

const READ_ATTRIBUTES = new Set([
  'aria-label',
  'aria-description',
  'aria-roledescription',
  'aria-valuetext',
  'alt',
  'label',
  'placeholder',
  'title',
]);
const HAS_LETTERS = /\p{L}{2,}/u;

/** @type {import('eslint').Rule.RuleModule} */
export default {
  meta: {
    type: 'problem',
    messages: { literal: 'Put "{{text}}" into src/messages and use t().' },
    schema: [],
  },
  create(context) {
    const report = (node, text) =>
      context.report({ node, messageId: 'literal', data: { text: text.trim().slice(0, 40) } });
    return {
      SvelteText(node) {
        const parent = node.parent?.type;
        if (parent === 'SvelteStyleElement' || parent === 'SvelteScriptElement') return;
        if (HAS_LETTERS.test(node.value)) report(node, node.value);
      },
      SvelteAttribute(node) {
        if (!READ_ATTRIBUTES.has(node.key.name)) return;
        for (const part of node.value) {
          if (part.type === 'SvelteLiteral' && HAS_LETTERS.test(part.value)) report(part, part.value);
        }
      },
    };
  },
};
