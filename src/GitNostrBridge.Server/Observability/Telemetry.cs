using System.Diagnostics;
using System.Diagnostics.Metrics;
using GitNostrBridge.Git;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace GitNostrBridge.Server;

/// <summary>Where metrics, traces and logs leave the server.</summary>
internal static class Telemetry
{
    // .NET's own: processor, memory, garbage collection, threads.
    private const string RuntimeMeter = "System.Runtime";

    // Sets of labels that one metric may have, room for which is taken at the start. No label of ours has so many values together with the others.
    private const int MostLabelSets = 200;

    /// <summary>Registers the rooms' metrics, the exporters that the settings ask for, and the form of log lines.</summary>
    public static void AddTelemetry(this WebApplicationBuilder builder, ObservabilityOptions options, Meter meter)
    {
        builder.Services.AddSingleton(meter).AddSingleton<DistributedContextPropagator>(new NoPropagation());
        builder.Services.AddSingleton<GitProcessMetrics>().AddSingleton<GitHttpMetrics>().AddSingleton<LoadMetrics>();
        builder.Services.AddSingleton<MaintenanceMetrics>().AddSingleton<RelayMetrics>();
        if (options.LogFormat == LogFormat.Json)
        {
            builder.Logging.ClearProviders().AddJsonConsole(json => (json.UseUtcTimestamp, json.TimestampFormat) = (true, "yyyy-MM-ddTHH:mm:ss.fffZ"));
        }

        if (!options.Metrics && options.OtlpEndpoint.Length == 0)
        {
            return;
        }

        var telemetry = builder.Services.AddOpenTelemetry().ConfigureResource(resource => resource
            .Clear().AddEnvironmentVariableDetector().AddService("gitnostrbridge", serviceVersion: ServerVersion.Text, autoGenerateServiceInstanceId: false));
        if (options.Metrics)
        {
            telemetry.WithMetrics(metrics => metrics
                .AddMeter(meter.Name, RuntimeMeter)
                .AddView(_ => new MetricStreamConfiguration { CardinalityLimit = MostLabelSets })
                .AddPrometheusExporter());
        }

        if (options.OtlpEndpoint.Length > 0)
        {
            telemetry.WithTracing(traces => traces.AddSource(Spans.Source).AddOtlpExporter(to => Send(to, options, "traces")));
            telemetry.WithLogging(logs => logs.AddOtlpExporter(to => Send(to, options, "logs")), logs => logs.IncludeFormattedMessage = true);
        }
    }

    /// <summary>Answers `/metrics`, when the settings ask for it.</summary>
    public static void Map(IEndpointRouteBuilder routes, ObservabilityOptions options)
    {
        // Here from the start, not from their first use.
        var parts = routes.ServiceProvider;
        parts.GetRequiredService<GitProcessMetrics>();
        parts.GetRequiredService<GitHttpMetrics>();
        parts.GetRequiredService<LoadMetrics>();
        parts.GetRequiredService<MaintenanceMetrics>();
        parts.GetRequiredService<RelayMetrics>();
        if (options.Metrics)
        {
            routes.MapPrometheusScrapingEndpoint("/metrics");
        }
    }

    private static void Send(OtlpExporterOptions to, ObservabilityOptions options, string signal)
    {
        to.Protocol = OtlpExportProtocol.HttpProtobuf;
        to.Endpoint = new Uri($"{options.OtlpEndpoint.TrimEnd('/')}/v1/{signal}");
    }
}
