/** What is asked: an intent and the values of its slots. */
export interface Asked {
  readonly intent: string;
  readonly slots: Readonly<Record<string, string>>;
}

/** Whether what was understood is what was asked. Values are the same up to case and space. */
export function compareAsked(
  asked: Asked,
  understood: Asked | null,
): { isIntentRight: boolean; isAllRight: boolean } {
  const isIntentRight = understood?.intent === asked.intent;
  const names = new Set([...Object.keys(asked.slots), ...Object.keys(understood?.slots ?? {})]);
  const areSlotsRight = [...names].every((name) => isSameValue(asked.slots[name], understood?.slots[name]));
  return { isIntentRight, isAllRight: isIntentRight && areSlotsRight };
}

/** Whether values are the same up to case and space. */
export function isSameValue(a: string | undefined, b: string | undefined): boolean {
  return normal(a) === normal(b);
}

function normal(value: string | undefined): string | undefined {
  return value?.trim().toLowerCase().replace(/\s+/g, ' ');
}
