package redistest

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// slots of a cluster.
const slots = 16384

// Cluster is several servers that share the slots evenly, without replicas.
type Cluster struct{ Nodes []*Server }

// RunCluster starts a cluster of size nodes below a folder. It returns when
// every node sees all slots covered.
func RunCluster(dir string, size int, args ...string) (*Cluster, error) {
	c := &Cluster{}
	for i := range size {
		sub := filepath.Join(dir, strconv.Itoa(i))
		if err := os.Mkdir(sub, 0o700); err != nil {
			return c, err
		}
		bus, err := freePort()
		if err != nil {
			return c, err
		}
		s, err := Run(sub, append([]string{"--cluster-enabled", "yes", "--cluster-port", strconv.Itoa(bus)}, args...)...)
		if err != nil {
			return c, fmt.Errorf("node %d: %w", i, err)
		}
		c.Nodes = append(c.Nodes, s)
		first, last := i*slots/size, (i+1)*slots/size-1
		if _, err := s.Do("CLUSTER", "ADDSLOTSRANGE", strconv.Itoa(first), strconv.Itoa(last)); err != nil {
			return c, fmt.Errorf("node %d: slots: %w", i, err)
		}
		host, port, _ := net.SplitHostPort(s.Addr)
		if _, err := c.Nodes[0].Do("CLUSTER", "MEET", host, port, strconv.Itoa(bus)); err != nil {
			return c, fmt.Errorf("node %d: meet: %w", i, err)
		}
	}
	for i, s := range c.Nodes {
		known := fmt.Sprintf("cluster_known_nodes:%d\r", size)
		err := s.await(func() bool {
			info, err := s.Do("CLUSTER", "INFO")
			return err == nil && strings.Contains(info, "cluster_state:ok") && strings.Contains(info, known)
		})
		if err != nil {
			return c, fmt.Errorf("node %d: %w", i, err)
		}
	}
	return c, nil
}

// URL is the store address of the cluster.
func (c *Cluster) URL() string {
	var addrs []string
	for _, s := range c.Nodes {
		addrs = append(addrs, s.Addr)
	}
	return "redis+cluster://" + strings.Join(addrs, ",")
}

// Kill ends all nodes.
func (c *Cluster) Kill() {
	for _, s := range c.Nodes {
		_ = s.Kill() // their data goes with the folder
	}
}
