// A folder dialog that always answers with the same folder.
export const open = () => Promise.resolve('/home/operador/Documentos/Insertos');
