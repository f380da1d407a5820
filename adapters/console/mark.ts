/** The sign of the console, in the tab of the browser and beside the name: a data URL of an SVG that reads on light and dark. */
export const markUrl = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect x="3" y="6" width="26" height="20" rx="4" fill="#0b6e4f"/><path d="M3 12h26v3H3z" fill="#62cfa6"/><circle cx="23.5" cy="20.5" r="2" fill="#fff"/></svg>',
)}`;
