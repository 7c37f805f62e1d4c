// Where Caja is, which may be below any path. The page's own script knows: the build puts it into
// `assets/`, one folder below.

/** Of Caja, without a slash at the end: `https://example.org/caja`. */
export const baseUrl: string = (
  import.meta.env.PROD ? new URL("../", import.meta.url).href : `${location.origin}/`
).replace(/\/$/, "");

/** The address of something in Caja: `href("j/482913")`. */
export function href(path: string): string {
  return `${baseUrl}/${path}`;
}

/** What follows Caja's own address in the address bar: `j/482913`. */
export function place(address: string = location.href, base: string = baseUrl): string {
  const { origin, pathname } = new URL(address);
  return (origin + pathname).slice(base.length).replace(/^\/|\/$/g, "");
}
