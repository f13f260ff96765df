package e2e

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/wait"
)

// The images that docker-compose.yml names too.
const (
	kafkaImage = "apache/kafka:4.1.0"
	redisImage = "redis:7.0.15"
)

// containerPatience is what an engine may take to fetch and start a container.
const containerPatience = 3 * time.Minute

// containers are those that run, to be stopped when all tests have ended.
var containers []testcontainers.Container

// engine tells whether there is a container engine.
var engine = sync.OnceValue(func() error {
	// Without its reaper, which is one more image; and the ports are on this machine.
	for name, value := range map[string]string{
		"TESTCONTAINERS_RYUK_DISABLED": "true", "TESTCONTAINERS_HOST_OVERRIDE": "127.0.0.1",
	} {
		if os.Getenv(name) == "" {
			if err := os.Setenv(name, value); err != nil {
				return err
			}
		}
	}
	provider, err := testcontainers.NewDockerProvider()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return provider.Health(ctx)
})

// redisContainer starts a Redis in a container.
var redisContainer = sync.OnceValues(func() (string, error) {
	const port = "6379/tcp"
	c, err := startContainer(redisImage, testcontainers.WithExposedPorts(port),
		testcontainers.WithCmd("redis-server", "--appendonly", "yes", "--maxmemory-policy", "noeviction", "--protected-mode", "no"),
		testcontainers.WithWaitStrategy(wait.ForListeningPort(port)))
	if err != nil {
		return "", err
	}
	return c.Endpoint(context.Background(), "")
})

// kafkaContainer starts a Kafka in a container. It tells its clients where it is, so its port must be the
// same inside and outside.
var kafkaContainer = sync.OnceValues(func() (string, error) {
	port, err := freePort()
	if err != nil {
		return "", err
	}
	exposed, err := network.ParsePort(port + "/tcp")
	if err != nil {
		return "", err
	}
	loopback := netip.MustParseAddr("127.0.0.1")
	_, err = startContainer(kafkaImage, testcontainers.WithExposedPorts(port+"/tcp"),
		testcontainers.WithHostConfigModifier(func(host *container.HostConfig) {
			host.PortBindings = network.PortMap{exposed: {{HostIP: loopback, HostPort: port}}}
		}),
		testcontainers.WithEnv(map[string]string{
			"KAFKA_NODE_ID":                                  "1",
			"KAFKA_PROCESS_ROLES":                            "broker,controller",
			"KAFKA_LISTENERS":                                "PLAINTEXT://:" + port + ",CONTROLLER://:29093",
			"KAFKA_ADVERTISED_LISTENERS":                     "PLAINTEXT://127.0.0.1:" + port,
			"KAFKA_CONTROLLER_LISTENER_NAMES":                "CONTROLLER",
			"KAFKA_LISTENER_SECURITY_PROTOCOL_MAP":           "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
			"KAFKA_CONTROLLER_QUORUM_VOTERS":                 "1@localhost:29093",
			"KAFKA_AUTO_CREATE_TOPICS_ENABLE":                "false",
			"KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR":         "1",
			"KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
			"KAFKA_TRANSACTION_STATE_LOG_MIN_ISR":            "1",
			"KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS":         "0",
		}),
		testcontainers.WithWaitStrategy(wait.ForLog("Kafka Server started")))
	return "127.0.0.1:" + port, err
})

func startContainer(image string, options ...testcontainers.ContainerCustomizer) (testcontainers.Container, error) {
	if err := engine(); err != nil {
		return nil, fmt.Errorf("no container engine answers: %w", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), containerPatience)
	defer cancel()
	c, err := testcontainers.Run(ctx, image, options...)
	if c != nil {
		containers = append(containers, c)
	}
	return c, err
}

// stopContainers removes what was started.
func stopContainers() error {
	var errs []error
	for _, c := range containers {
		errs = append(errs, testcontainers.TerminateContainer(c))
	}
	return errors.Join(errs...)
}

// freePort is a port of this machine that nothing uses.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	port := l.Addr().(*net.TCPAddr).Port
	return strconv.Itoa(port), l.Close()
}
