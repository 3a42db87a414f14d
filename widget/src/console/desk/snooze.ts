/** Proposals for when a snooze ends. */
export function snoozeChoices(now = new Date()): { label: string; until: Date }[] {
  const atNine = (days: number) => {
    const day = new Date(now);
    day.setDate(day.getDate() + days);
    day.setHours(9, 0, 0, 0);
    return day;
  };
  const later = new Date(now.getTime() + 3 * 3_600_000);
  later.setMinutes(later.getMinutes() < 30 ? 30 : 60, 0, 0);
  const monday = (8 - now.getDay()) % 7 || 7;
  const choices = [
    { label: "In an hour", until: new Date(now.getTime() + 3_600_000) },
    { label: "Later today", until: later },
    { label: "Tomorrow", until: atNine(1) },
    { label: "Next week", until: atNine(monday) },
  ];
  // late in the evening "later today" would be tomorrow
  return choices.filter((choice) => choice.label !== "Later today" || choice.until.getDate() === now.getDate());
}
