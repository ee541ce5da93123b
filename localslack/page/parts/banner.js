// Says when the connection is lost, for as long as it is.

const LOST = "Connection lost. Trying again…";

export function showBanner(isConnected) {
  const banner = document.getElementById("banner");
  banner.hidden = isConnected;
  banner.textContent = isConnected ? "" : LOST;
}
