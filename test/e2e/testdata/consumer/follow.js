// Prints what is published, one JSON object a line: node follow.js BROKER
import { Kafka as Binding } from "cloudevents";
import { Kafka, logLevel } from "kafkajs";

const kafka = new Kafka({ brokers: [process.argv[2]], clientId: "somebody", logLevel: logLevel.ERROR });
const consumer = kafka.consumer({ groupId: `somebody-${process.pid}` });

// kafkajs gives header values as bytes, and the binding takes text.
function textOf(headers) {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.toString()]));
}

await consumer.connect();
await consumer.subscribe({ topic: "weir.metrics.v1", fromBeginning: true });
await consumer.run({
  eachMessage: async ({ message }) => {
    const event = Binding.toEvent({ key: message.key.toString(), value: message.value, headers: textOf(message.headers) });
    event.validate();
    console.log(JSON.stringify(event));
  },
});
process.on("SIGTERM", () => consumer.disconnect().then(() => process.exit(0)));
