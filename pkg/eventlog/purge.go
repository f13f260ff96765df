package eventlog

import (
	"context"
	"fmt"

	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// deleteVersion of the protocol: every broker since Kafka 2.0 has it.
const deleteVersion = 1

// Purge removes the records of a partition below an offset, for good, and returns the log's new start. It fails with
// ErrUnavailable, or with kafka.OffsetOutOfRange where the offset lies beyond the log's end.
func (c *Client) Purge(ctx context.Context, topic string, partition int, before int64) (first int64, err error) {
	in := kmsg.NewDeleteRecordsRequestTopicPartition()
	in.Partition, in.Offset = int32(partition), before
	of := kmsg.NewDeleteRecordsRequestTopic()
	of.Topic, of.Partitions = topic, []kmsg.DeleteRecordsRequestTopicPartition{in}
	request := kmsg.NewPtrDeleteRecordsRequest()
	request.SetVersion(deleteVersion)
	request.TimeoutMillis = int32(requestTimeout.Milliseconds())
	request.Topics = []kmsg.DeleteRecordsRequestTopic{of}
	what := fmt.Sprintf("purge %s/%d below %d", topic, partition, before)
	err = c.retry(ctx, dialPatience, what, func(ctx context.Context) error {
		message, err := c.ask(ctx, &exchange{request: request, place: place{topic, partition}})
		if err != nil {
			return err
		}
		response, ok := message.(*kmsg.DeleteRecordsResponse)
		if !ok || len(response.Topics) != 1 || len(response.Topics[0].Partitions) != 1 {
			return errAnswer
		}
		got := response.Topics[0].Partitions[0]
		if got.ErrorCode != 0 {
			return kafka.Error(got.ErrorCode)
		}
		first = got.LowWatermark
		return nil
	})
	return first, err
}
