// Package ingest is the edge in: events come over HTTP and from inbox topics, each is checked against
// the contract, and each ends either in weir.events.v1 or, with the reason, in weir.deadletter.v1. What
// an event says is package event's business; what it means will never be known here, and no state is
// kept beside the log.
//
// # HTTP
//
// POST /v1/events takes one CloudEvent (binary, or application/cloudevents+json) or a batch
// (application/cloudevents-batch+json), plain or with Content-Encoding: gzip. All events of a request
// are judged before the first is written; the answer comes when all in-sync replicas have what it
// speaks of:
//
//   - 202: at least one event is in the log. An Answer tells of each. A batch without events is one
//     that the CloudEvents specification allows: 202, and nothing is written.
//   - 400: all were refused, each is a dead letter and is told of in an Answer. A batch that is no JSON
//     array is one dead letter, and the answer is a problem, since there is nothing to tell one by one.
//   - 503 with Retry-After: something could not be written, or not for certain. An Answer tells of each:
//     accepted, rejected or unknown. Send all of it again; repeats are harmless.
//   - 429 with Retry-After: the tenant is beyond its ingest_limit. Send all of it again then.
//   - 401, 403, 404, 405, 408, 413, 415, 429, 431 and the 503 of a server that holds too many requests at
//     once are problems (RFC 9457) about the request as a whole. Nothing of it was written.
//
// A single event may be of 1 MiB, a batch of 4 MiB and 1,000 events; the same holds for what gzip
// unpacks to. An event of a batch that is too large by itself is refused by itself.
//
// The tenant is that of the API key (Authorization: Bearer KEY). While no tenant has keys, it is the
// tenant called default. A key in the query string (access_token) is not read, since addresses are logged.
//
// OPTIONS /v1/events is the handshake of CloudEvents' web hooks: a system that asks with
// WebHook-Request-Origin, and that is one of the tenant's webhook_origins, gets 200 with
// WebHook-Allowed-Origin and WebHook-Allowed-Rate (a minute's worth of the ingest_limit). Others get 403, and 400 without that header. Consent is
// in the headers and never in the status, and it is no credential: deliveries are judged by their key alone.
// WebHook-Request-Callback is never followed.
//
// # Inbox topics
//
// A record of a tenant's inbox, in binary or structured mode and with any key, is judged as an event of
// a request is. Its offset is committed, for the group weir-ingestor, after the log and the dead
// letters have what was made of it. After a restart some records may be taken twice, which the identity
// of facts makes harmless; none is passed over. An inbox whose tenant is beyond its ingest_limit is read
// as slowly as that asks for; the others go on.
//
// # Dead letters
//
// A record of weir.deadletter.v1 is a DeadLetter in JSON, keyed by the tenant, with a header "reason"
// (an event.Reason) and "content-type: application/json":
//
//	{
//	  "reason": "invalid",                     an event.Reason
//	  "detail": "must be ...",                 the rule that is broken
//	  "pointer": "/data/amount",               where; absent for the whole
//	  "tenant": "default",
//	  "id": "e-17",                            of the event, where it could be read
//	  "source": "http",                        or the topic that it was read from
//	  "content_type": "application/json",      as it came
//	  "headers": [{"name": "ce-id", "value": "e-17"}],   the attributes, in binary mode, as they came
//	  "event": "{...}",                        the body or the value, as it came
//	  "truncated": true,                       event and headers were cut, at 1 MiB or less
//	  "received_at": "2026-02-10T09:30:00Z",   by the ingestor; of a record, its arrival in its topic
//	  "position": {"topic": "weir.inbox.v1", "partition": 0, "offset": 12}   where it lies, on Kafka
//	}
//
// What is no plain text is in base64 instead, under "event_base64" and "value_base64". The same event
// may have several letters: one for each time that it was sent or read.
package ingest
