/** How a person is called. */
interface Named {
  first_name: string;
  last_name: string;
  username: string;
}

/** The full name of a person, else the username. */
export const fullName = (person: Named): string =>
  [person.first_name, person.last_name].filter(Boolean).join(" ").trim() || person.username;
