using System.Net;

namespace GitNostrBridge.Server;

/// <summary>Counts open WebSockets, in all and by address; IPv6 addresses count by /64, of which one customer has many.</summary>
public sealed class ConnectionSlots(CurrentLimits limits)
{
    private readonly Lock _gate = new();

    private readonly Dictionary<IPAddress, int> _byNetwork = [];

    private int _all;

    /// <summary>How many are open.</summary>
    public int Count => Volatile.Read(ref _all);

    /// <summary>Takes a place for a connection, to be disposed when it ends; null when there is none.</summary>
    public IDisposable? TryEnter(IPAddress? address)
    {
        var network = ClientAddress.Of(address ?? IPAddress.None);
        lock (_gate)
        {
            var ofNetwork = _byNetwork.GetValueOrDefault(network);
            if (_all >= limits.Now.Connections || ofNetwork >= limits.Now.ConnectionsPerAddress)
            {
                return null;
            }

            _all++;
            _byNetwork[network] = ofNetwork + 1;
            return new Slot(this, network);
        }
    }

    private void Leave(IPAddress network)
    {
        lock (_gate)
        {
            _all--;
            if (--_byNetwork[network] == 0)
            {
                _byNetwork.Remove(network);
            }
        }
    }

    private sealed class Slot(ConnectionSlots owner, IPAddress network) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                owner.Leave(network);
            }
        }
    }
}
