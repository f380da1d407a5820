const events = new EventSource('http://127.0.0.1:8400/api/wallet-events?after=latest');
events.addEventListener('WalletPassUpdated', ({ data }) => {
  const { memberNumber, tier } = JSON.parse(data).detail.data.pass;
  console.log(memberNumber, tier.name);
});
