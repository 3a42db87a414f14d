/** Begins Swagger UI, whose script the page has loaded before, on the document of this server. */

declare const SwaggerUIBundle: (options: {
  dom_id: string;
  url: string;
  /** An operation that is opened is named in the page's address. */
  deepLinking: boolean;
  /** A service elsewhere that judges the document, null for none. */
  validatorUrl: string | null;
}) => void;

SwaggerUIBundle({ dom_id: "#api", url: "/openapi.json", deepLinking: true, validatorUrl: null });
