// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.wire;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;
import software.amazon.awssdk.core.traits.XmlAttributeTrait;

/// An XML body to model objects. Doctypes, and with them entities, are refused.
final class XmlReader {
  private XmlReader() {}

  static Element parse(byte[] body) {
    try {
      var factory = DocumentBuilderFactory.newInstance();
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_DTD, "");
      factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
      factory.setNamespaceAware(false);
      var builder = factory.newDocumentBuilder();
      builder.setErrorHandler(null);
      return builder.parse(new ByteArrayInputStream(body)).getDocumentElement();
    } catch (SAXException e) {
      throw new MalformedInput(
          "The XML you provided was not well-formed or did not validate against our published"
              + " schema: "
              + e.getMessage());
    } catch (IOException | ParserConfigurationException e) {
      throw new IllegalStateException(e);
    }
  }

  static void fill(SdkPojo builder, Element element) {
    for (SdkField<?> field : builder.sdkFields()) {
      if (field.location() != MarshallLocation.PAYLOAD) {
        continue;
      }
      Object value =
          field.containsTrait(XmlAttributeTrait.class)
              ? attribute(element, field.locationName())
              : read(field, element);
      if (value != null) {
        Pojos.set(field, builder, value);
      }
    }
  }

  private static @Nullable String attribute(Element element, String name) {
    return element.hasAttribute(name) ? element.getAttribute(name) : null;
  }

  private static @Nullable Object read(SdkField<?> field, Element parent) {
    ListTrait list = field.getTrait(ListTrait.class);
    if (list != null && list.isFlattened()) {
      String each =
          list.memberLocationName() == null ? field.locationName() : list.memberLocationName();
      List<Element> members = children(parent, each);
      if (members.isEmpty()) {
        members = children(parent, field.locationName());
      }
      return members.isEmpty() ? null : all(list.memberFieldInfo(), members);
    }
    List<Element> found = children(parent, field.locationName());
    return found.isEmpty() ? null : value(field, found.getFirst());
  }

  private static List<Object> all(SdkField<?> field, List<Element> members) {
    return members.stream().map(m -> value(field, m)).toList();
  }

  static Object value(SdkField<?> field, Element element) {
    MarshallingType<?> type = field.marshallingType();
    if (type == MarshallingType.SDK_POJO) {
      SdkPojo nested = field.constructor().get();
      fill(nested, element);
      return Pojos.build(nested);
    } else if (type == MarshallingType.LIST) {
      ListTrait list = field.getTrait(ListTrait.class);
      String each = Objects.requireNonNullElse(list.memberLocationName(), "member");
      return all(list.memberFieldInfo(), children(element, each));
    } else if (type == MarshallingType.MAP) {
      return map(field.getTrait(MapTrait.class), element);
    }
    return Scalars.parse(field, element.getTextContent(), Format.ISO_8601);
  }

  private static Map<String, Object> map(MapTrait trait, Element element) {
    var map = new LinkedHashMap<String, Object>();
    for (Element entry : children(element, "entry")) {
      List<Element> parts = children(entry, null);
      if (parts.size() == 2) {
        map.put(parts.get(0).getTextContent(), value(trait.valueFieldInfo(), parts.get(1)));
      }
    }
    return map;
  }

  private static List<Element> children(Element parent, @Nullable String name) {
    var children = new ArrayList<Element>();
    for (Node n = parent.getFirstChild(); n != null; n = n.getNextSibling()) {
      if (n instanceof Element child && (name == null || local(child).equals(name))) {
        children.add(child);
      }
    }
    return children;
  }

  private static String local(Element element) {
    String name = element.getTagName();
    return name.substring(name.indexOf(':') + 1);
  }
}
