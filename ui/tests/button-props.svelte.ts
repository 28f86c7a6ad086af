// Properties of a button that a test changes while it is on show.
export const buttonProps = $state({ busy: false });
