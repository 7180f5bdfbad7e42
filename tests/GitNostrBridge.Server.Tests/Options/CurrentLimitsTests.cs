using System.Globalization;

namespace GitNostrBridge.Server.Tests;

public sealed class CurrentLimitsTests
{
    [Fact]
    public void Those_that_are_fixed_stay_and_all_others_change()
    {
        var settings = typeof(LimitOptions).GetProperties().Where(property => property.PropertyType != typeof(Type)).ToList();
        var before = new LimitOptions();
        var configured = settings.ToDictionary(
            property => $"Limits:{property.Name}",
            property => (string?)(Convert.ToInt64(property.GetValue(before), CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture));
        var problems = new List<string>();
        var changed = ServerOptions.Read(new ConfigurationBuilder().AddInMemoryCollection(configured).Build(), problems).Limits;
        Assert.Empty(problems);
        var current = new CurrentLimits(before);

        current.Replace(changed);

        var stayed = settings.Where(property => Equals(property.GetValue(current.Now), property.GetValue(before))).Select(property => property.Name);
        Assert.Equal(CurrentLimits.Fixed.Order(), stayed.Order());
        Assert.Contains(nameof(LimitOptions.RefMemoryBytes), CurrentLimits.Fixed);
    }
}
