import { memoryLastSeen } from '#adapters/consumer/lastSeen.ts';
import { lastSeenContract } from '#test/contract/lastSeen.ts';

lastSeenContract('memory', async () => memoryLastSeen());
