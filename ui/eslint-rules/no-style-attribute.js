// The window's content-security policy ignores `style="…"`, in WebKit silently. The `style:name={…}` directive sets the
// property through the object model and is fine.

/** @type {import('eslint').Rule.RuleModule} */
export default {
  meta: {
    type: 'problem',
    messages: { attribute: 'Use scoped styles, or the style: directive for what only the program knows.' },
    schema: [],
  },
  create(context) {
    return {
      SvelteAttribute(node) {
        if (node.key.name === 'style') context.report({ node, messageId: 'attribute' });
      },
    };
  },
};
