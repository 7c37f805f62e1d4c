export function Logo() {
  return (
    <span className="logo">
      <i aria-hidden="true" />
      caja
    </span>
  );
}
