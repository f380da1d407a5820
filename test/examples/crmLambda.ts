import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { consumer } from 'billfold/consumer';
import { dynamoLastSeen } from 'billfold/consumer/dynamodb';
import { tellCrm } from './crm.ts';

const dynamodb = new DynamoDBClient({});
const lastSeen = dynamoLastSeen({ dynamodb, tableName: 'example-consumers', consumer: 'crm' });

const crm = consumer({
  on: { WalletPassIssued: tellCrm, WalletPassUpdated: tellCrm, WalletPassWithdrawn: tellCrm },
  lastSeen,
});

/** On a rule of the wallet bus. On an SQS queue: `crm.sqs`, with ReportBatchItemFailures. */
export const handler = crm.event;
